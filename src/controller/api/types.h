#pragma once
// Made by tools/make_api.py from deploy/api/types.yaml: the kinds of tranship.io/v1alpha1 as plain structs. What is
// absent in an object is an empty optional, list or map; what has a default carries it. Values only: nothing here talks
// to a server. Reading and writing: object.h.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/api/object.h"
#include "kube/resource.h"

namespace tranship::controller::api {

inline constexpr std::string_view kGroup = "tranship.io";
inline constexpr std::string_view kVersion = "v1alpha1";
inline constexpr std::string_view kApiVersion = "tranship.io/v1alpha1";

// What a location may be used for.
enum class Access {
  read_write,  // Restore points are written to it and read from it.
  read_only,  // Restore points are read from it; nothing is ever written.
};
std::string_view name_of(Access value);

// How movers reach a location.
enum class MoverAccess {
  direct,  // By themselves: the store's keys are in a Secret of the mover's namespace while it runs.
  relayed,  // Through the API server and the controller, which alone has the keys.
};
std::string_view name_of(MoverAccess value);

// Where an action is.
enum class Phase {
  pending,  // Waiting for its turn.
  running,  // At work.
  succeeded,  // Done.
  failed,  // Ended without its result; status.error says why and what to do.
  cancelled,  // Ended because spec.cancel was set.
};
std::string_view name_of(Phase value);

// What a running action is doing.
enum class Step {
  check,  // Rights and preconditions.
  capture,  // Manifests are read.
  volumes_out,  // Volumes are read.
  save,  // The restore point is written.
  plan,  // The plan is made.
  volumes_in,  // Volumes are written.
  manifests,  // Objects are written.
  ready,  // Waiting until it runs.
};
std::string_view name_of(Step value);

// Where the copy of a volume is.
enum class VolumeState {
  waiting,  // Its turn has not come.
  snapshot,  // Its snapshot is taken.
  starting,  // Its mover starts.
  running,  // Data is moving.
  restarting,  // Its mover died and is started again.
  done,  // It is whole.
  failed,  // It could not be copied.
};
std::string_view name_of(VolumeState value);

// How true to one instant the copy of a volume is.
enum class Consistency {
  group_snapshot,  // All volumes at one instant.
  volume_snapshot,  // Each volume at an instant of its own.
  quiesced,  // Read while nothing wrote.
  unmounted,  // Read while no pod had it mounted.
  live,  // Read while the application wrote: files may be of different moments.
};
std::string_view name_of(Consistency value);

// What a restore does with what is there already.
enum class Existing {
  keep,  // It stays as it is; existing volumes block the plan.
  update,  // It gets the restore point's fields; volumes that a restore made get its data in place.
  replace,  // The same; what cannot be updated is made anew, and any volume gets the data.
};
std::string_view name_of(Existing value);

// How often.
enum class Frequency {
  hourly,  // Every hour.
  daily,  // Every day.
  weekly,  // Every week.
  monthly,  // Every month.
};
std::string_view name_of(Frequency value);

// A day of the week.
enum class Weekday {
  monday,  // Monday.
  tuesday,  // Tuesday.
  wednesday,  // Wednesday.
  thursday,  // Thursday.
  friday,  // Friday.
  saturday,  // Saturday.
  sunday,  // Sunday.
};
std::string_view name_of(Weekday value);

// Where a restore point is kept.
enum class RestorePointKind {
  local,  // As snapshots in this cluster.
  exported,  // In a location.
  both,  // In this cluster and in a location; none is made at present, an exported copy has a RestorePoint of its own.
};
std::string_view name_of(RestorePointKind value);

// An operation of RFC 6902.
enum class PatchOp {
  test,  // The value must be this.
  add,  // Adds.
  remove,  // Removes.
  replace,  // Replaces.
  copy,  // Copies from `from`.
  move,  // Moves from `from`.
};
std::string_view name_of(PatchOp value);

// An object of the same namespace.
struct Reference {
  std::string name;  // Its name.
  bool operator==(const Reference&) const = default;
};

// A Location of the same namespace, or a shared one of the system namespace.
struct LocationReference {
  std::string name;  // Its name.
  bool operator==(const LocationReference&) const = default;
};

// An object of any namespace.
struct NamespacedReference {
  std::string name;  // Its name.
  std::optional<std::string> name_space;  // Its namespace; absent: that of the object that names it.
  bool operator==(const NamespacedReference&) const = default;
};

// An object of the same namespace, with its kind.
struct KindReference {
  std::string kind;  // Its kind.
  std::string name;  // Its name.
  bool operator==(const KindReference&) const = default;
};

// An application: a namespace, or what a label selector chooses in it.
struct Application {
  std::string name_space;  // Its namespace. Outside the system namespace only the object's own.
  // A label selector as kubectl takes it (`app=web,tier in (a,b)`); absent: the whole namespace.
  std::optional<std::string> selector;
  bool operator==(const Application&) const = default;
};

// What went wrong: the same code in status, pages and command line.
struct Trouble {
  std::optional<std::string> code;  // Stable name, such as `store.no_bucket`.
  std::string message;  // What happened.
  std::optional<std::string> fix;  // What can be done about it.
  bool operator==(const Trouble&) const = default;
};

// One aspect of an object's state, in the manner of Kubernetes.
struct Condition {
  std::string type;  // `Ready` or `Complete`.
  std::string status;  // True, False or Unknown.
  std::optional<std::int64_t> observed_generation;  // The generation that this was found for.
  Time last_transition_time{};  // When `status` changed last.
  std::string reason;  // One word for machines.
  std::string message;  // A sentence for people.
  bool operator==(const Condition&) const = default;
};

// A condition on one label.
struct LabelSelectorRequirement {
  std::string key;  // The label.
  std::string op;  // How it is compared.
  std::vector<std::string> values;  // For In and NotIn.
  bool operator==(const LabelSelectorRequirement&) const = default;
};

// A label selector, as everywhere in Kubernetes.
struct LabelSelector {
  std::map<std::string, std::string> match_labels;  // Labels with their values; all must be there.
  std::vector<LabelSelectorRequirement> match_expressions;  // Conditions; all must hold.
  bool operator==(const LabelSelector&) const = default;
};

// What every action has. Nothing of it can be changed but `cancel`.
struct ActionSpec {
  bool cancel = false;  // Ends the action; what is done so far stays where it is harmless.
  bool operator==(const ActionSpec&) const = default;
};

// One volume of a running action.
struct VolumeProgress {
  std::string name;  // The claim.
  std::optional<VolumeState> state;  // Where it is.
  std::optional<std::int64_t> bytes_done;  // Bytes read or written so far.
  std::optional<std::int64_t> bytes_total;  // Bytes in all, as far as they are known.
  std::optional<Consistency> consistency;  // How consistent its copy is.
  std::optional<std::string> message;  // Why it waits or restarts.
  bool operator==(const VolumeProgress&) const = default;
};

// How far an action is. Written at most once a second.
struct Progress {
  std::optional<std::int64_t> bytes_done;  // Bytes read or written so far.
  std::optional<std::int64_t> bytes_total;  // Bytes in all, as far as they are known.
  std::optional<std::int64_t> bytes_stored;  // Bytes new in the location, compressed.
  std::optional<std::int64_t> rate;  // Bytes per second at the end of the last seconds.
  std::optional<std::int64_t> objects_done;  // Objects written so far.
  std::optional<std::int64_t> objects_total;  // Objects in all.
  std::vector<VolumeProgress> volumes;  // The volumes.
  bool operator==(const Progress&) const = default;
};

// What every action tells.
struct ActionStatus {
  std::optional<Phase> phase;  // Where it is.
  std::optional<std::int64_t> observed_generation;  // The generation that this was found for.
  std::optional<Time> start_time;  // When it began.
  std::optional<Time> completion_time;  // When it ended.
  std::optional<Step> step;  // What it is doing.
  std::optional<std::string> run;  // Label `tranship.io/run` of its mover pods.
  std::optional<Progress> progress;  // How far it is.
  std::vector<Condition> conditions;  // `Complete`.
  std::optional<Trouble> error;  // Why it failed.
  std::optional<NamespacedReference> restore_point;  // The RestorePoint that was made or used.
  std::vector<std::string> warnings;  // What is worth knowing although it succeeded.
  bool operator==(const ActionStatus&) const = default;
};

// A bucket of S3 or of anything that speaks it: AWS, COS, OSS, OBS, MinIO, Ceph.
struct S3Location {
  std::string bucket;  // The bucket.
  std::optional<std::string> prefix;  // A folder inside it, without a slash at its ends.
  std::optional<std::string> endpoint;  // The server's URL; absent: AWS of the region.
  std::string region = "us-east-1";  // The bucket's region.
  // Whether the bucket is named in the path rather than in the host; absent: yes with an endpoint, no with AWS.
  std::optional<bool> path_style;
  std::optional<std::string> ca_bundle;  // Certificates (PEM) to trust; absent: the system's.
  // Trusts any certificate. For tests only: whoever is in between can read the access.
  bool insecure_skip_tls_verify = false;
  // A Secret with `accessKeyId`, `secretAccessKey` and, for temporary ones, `sessionToken`; absent: those of the
  // controller's pod (web identity, instance role), for locations of the system namespace alone.
  std::optional<Reference> credentials_secret;
  bool operator==(const S3Location&) const = default;
};

// A directory of an NFS server, for locations of the system namespace alone: the server knows the controller and the
// movers by their addresses.
struct NfsLocation {
  std::string server;  // Host name or address.
  std::string path;  // The exported directory, or one below it. It is not made.
  // The port of NFS; absent: 2049 by NFSv4, what the server's portmapper says by NFSv3.
  std::optional<std::int32_t> port;
  std::optional<std::int32_t> mount_port;  // The port of mountd, by NFSv3; absent: what the portmapper says.
  std::int32_t version = 3;  // 3, or 4 (NFSv4.0), which needs one open port only and writes more slowly.
  std::optional<std::int64_t> uid;  // The number of the user that the files belong to; absent: the controller's.
  std::optional<std::int64_t> gid;  // The number of its group; absent: the controller's.
  bool operator==(const NfsLocation&) const = default;
};

// Where restore points are kept.
struct LocationSpec {
  std::optional<S3Location> s3;  // A bucket.
  std::optional<NfsLocation> nfs;  // A directory of an NFS server.
  Access access = Access::read_write;  // What it may be used for.
  bool shared = false;  // Whether objects of all namespaces may name it. Counts in the system namespace alone.
  // How movers reach it; absent: Direct in its own namespace, Relayed in others, whose people could read the keys.
  std::optional<MoverAccess> mover_access;
  // A Secret whose key `passphrase` opens the repositories; absent: the location is used with transfer tokens alone.
  std::optional<Reference> passphrase_secret;
  bool operator==(const LocationSpec&) const = default;
};

// What the last check found.
struct LocationStatus {
  std::vector<Condition> conditions;  // `Ready`: whether it can be used.
  std::optional<std::string> address;  // As people write it: `s3://backups/team`.
  std::optional<std::int64_t> observed_generation;  // The generation that was checked.
  std::optional<Time> last_check_time;  // When it was checked last.
  std::optional<std::int64_t> applications;  // How many applications have restore points in it.
  std::optional<Trouble> error;  // Why it cannot be used.
  // The value of the annotation `tranship.io/check` that the last check answers.
  std::optional<std::string> check_seen;
  bool operator==(const LocationStatus&) const = default;
};

// When a policy runs.
struct Schedule {
  std::optional<Frequency> frequency;  // How often.
  std::optional<std::string> cron;  // Five fields: minute, hour, day, month, weekday.
  // The time from one run to the next: `15m`, `6h`, `1d`. At least one minute.
  std::optional<std::chrono::seconds> every;
  std::optional<std::int32_t> minute;  // Of the hour.
  std::optional<std::int32_t> hour;  // Of the day.
  std::optional<Weekday> weekday;  // Of a weekly schedule.
  std::optional<std::int32_t> day;  // Of the month; the last one where a month has fewer.
  std::optional<std::string> time_zone;  // `Asia/Shanghai`; absent: UTC.
  bool operator==(const Schedule&) const = default;
};

// Which namespaces a policy is about.
struct PolicyApplications {
  // Names, or the beginning of names with `*` at the end. Neither this nor a selector: all, but for the excluded.
  std::vector<std::string> namespaces;
  std::vector<std::string> excluded;  // Left out, written the same way.
  std::optional<LabelSelector> namespace_selector;  // Namespaces by their labels.
  bool operator==(const PolicyApplications&) const = default;
};

// Local restore points are made.
struct PolicyBackup {
  bool operator==(const PolicyBackup&) const = default;
};

// Restore points are copied to a location.
struct PolicyExport {
  LocationReference location;  // Where to.
  bool operator==(const PolicyExport&) const = default;
};

// Restore points of another cluster are taken over.
struct PolicyImport {
  LocationReference location;  // Where from.
  Reference token_secret;  // A Secret whose key `token` is the transfer token.
  bool operator==(const PolicyImport&) const = default;
};

// What was imported is restored after each import.
struct PolicyRestore {
  // Absent: the application's own. Outside the system namespace only the policy's.
  std::optional<std::string> target_namespace;
  std::map<std::string, std::string> storage_classes;  // StorageClasses by name: source to target.
  Existing existing = Existing::update;  // What happens to objects that are there.
  // Kinds from outside the namespace to bring along, or `*`. In the system namespace alone.
  std::vector<std::string> carry;
  std::vector<Reference> transforms;  // TransformSets of the same namespace, applied in this order.
  bool operator==(const PolicyRestore&) const = default;
};

// How many restore points stay. One that any of the counts chooses stays; maxAge ends it all the same.
struct RetentionRule {
  std::optional<std::int32_t> latest;  // The newest so many.
  std::optional<std::int32_t> hourly;  // The newest of each of so many hours.
  std::optional<std::int32_t> daily;  // The newest of each of so many days.
  std::optional<std::int32_t> weekly;  // The newest of each of so many weeks.
  std::optional<std::int32_t> monthly;  // The newest of each of so many months.
  std::optional<std::int32_t> yearly;  // The newest of each of so many years.
  std::optional<std::chrono::seconds> max_age;  // None older than this stays, but for the newest.
  bool operator==(const RetentionRule&) const = default;
};

// What stays, separately for snapshots in the cluster and copies in a location.
struct Retention {
  std::optional<RetentionRule> local;  // Snapshots in the cluster.
  // Copies in the location, also those of applications that are exported no more.
  std::optional<RetentionRule> exported;
  bool operator==(const Retention&) const = default;
};

// What, when, where to, how long kept; or: import from where, how often, and restore or not.
struct PolicySpec {
  bool paused = false;  // Nothing runs while it is set.
  std::optional<Schedule> schedule;  // When it runs; absent: by hand.
  // Which applications; absent in a namespace of an application: itself.
  std::optional<PolicyApplications> applications;
  std::optional<PolicyBackup> backup;  // Makes local restore points.
  std::optional<PolicyExport> export_to;  // Copies them to a location.
  std::optional<PolicyImport> import_from;  // Takes over another cluster's.
  std::optional<PolicyRestore> restore;  // Restores what was imported.
  std::optional<Retention> retention;  // How long restore points stay.
  bool operator==(const PolicySpec&) const = default;
};

// How a policy is doing.
struct PolicyStatus {
  std::vector<Condition> conditions;  // `Ready`: whether it can run.
  std::optional<std::int64_t> observed_generation;  // The generation that this was found for.
  std::optional<Time> last_run_time;  // When the last run began.
  std::optional<Time> last_successful_run_time;  // When the last run that succeeded began.
  std::optional<Time> next_run_time;  // When the next run is due.
  std::optional<std::string> last_run;  // The value of the annotation `tranship.io/run` that was obeyed last.
  std::vector<KindReference> active;  // The actions under way.
  std::optional<Trouble> error;  // Why it cannot run or why its last run failed.
  bool operator==(const PolicyStatus&) const = default;
};

// A local restore point of an application is made.
struct BackupSpec : ActionSpec {
  Application application;  // Of what.
  std::optional<std::chrono::seconds> expires_after;  // How long it stays; absent: as the policy says, or for good.
  bool operator==(const BackupSpec&) const = default;
};

// How a backup is doing.
struct BackupStatus : ActionStatus {
  bool operator==(const BackupStatus&) const = default;
};

// The transfer token at the end of an export.
struct ExportToken {
  bool create = true;  // Whether one is made.
  std::optional<std::chrono::seconds> expires_after;  // How long it opens; absent: until it is revoked.
  std::optional<std::string> secret_name;  // The Secret it is put into; absent: the export's name and `-token`.
  bool operator==(const ExportToken&) const = default;
};

// A restore point of an application is put into a location.
struct ExportSpec : ActionSpec {
  std::optional<Application> application;  // Of what.
  // A local RestorePoint, in place of the application as it is now. One of another namespace only in the system
  // namespace.
  std::optional<NamespacedReference> restore_point;
  LocationReference location;  // Where to.
  ExportToken token;  // The transfer token.
  bool operator==(const ExportSpec&) const = default;
};

// How an export is doing.
struct ExportStatus : ActionStatus {
  std::optional<Reference> token_secret;  // The Secret with the transfer token.
  std::optional<std::int64_t> bytes_stored;  // Bytes new in the location, compressed.
  bool operator==(const ExportStatus&) const = default;
};

// The restore points that a transfer token opens are taken over.
struct ImportSpec : ActionSpec {
  LocationReference location;  // Where from.
  Reference token_secret;  // A Secret whose key `token` is the transfer token.
  bool operator==(const ImportSpec&) const = default;
};

// How an import is doing.
struct ImportStatus : ActionStatus {
  std::optional<std::int64_t> restore_points;  // How many restore points the token opens.
  std::optional<std::int64_t> added;  // How many of them are new here.
  std::optional<Reference> newest;  // The RestorePoint of the newest.
  bool operator==(const ImportStatus&) const = default;
};

// An application is made again from a restore point.
struct RestoreSpec : ActionSpec {
  NamespacedReference restore_point;  // From what. One of another namespace only in the system namespace.
  // Where to; absent: the object's own namespace. Another one only in the system namespace.
  std::optional<std::string> target_namespace;
  bool create_namespace = true;  // Makes the namespace when it is not there.
  std::map<std::string, std::string> storage_classes;  // StorageClasses by name: source to target.
  Existing existing = Existing::keep;  // What happens to objects that are there.
  // Kinds from outside the namespace to bring along, or `*`. In the system namespace alone.
  std::vector<std::string> carry;
  std::vector<Reference> transforms;  // TransformSets of the same namespace, applied in this order.
  bool keep_node_ports = false;  // Keeps node ports; otherwise the target chooses.
  bool plan_only = false;  // Ends after the plan; nothing is written.
  std::chrono::seconds ready_timeout{300};  // How long it is waited for until it runs.
  bool operator==(const RestoreSpec&) const = default;
};

// What keeps a restore from beginning.
struct PlanBlocker {
  std::string object;  // Which object.
  std::string reason;  // Why.
  std::optional<std::string> fix;  // What can be done about it.
  bool operator==(const PlanBlocker&) const = default;
};

// What a restore would do to one object, or did.
struct PlanObject {
  std::string object;  // Its kind, namespace and name: `Deployment shop/web`.
  std::string action;  // What becomes of it; `conflict`: it is there, different, and stays as it is.
  std::optional<std::string> reason;  // Why.
  std::optional<std::string> fix;  // What can be done about it, when it is blocked or in conflict.
  // Its fields that would change: `spec.replicas: 1 -> 2`. Values of Secrets are never shown.
  std::vector<std::string> changes;
  bool operator==(const PlanObject&) const = default;
};

// Something outside the namespace that the application needs and this cluster lacks; spec.carry takes its kind.
struct PlanNeed {
  std::string object;  // Its kind and name: `ClusterRole shop-reader`.
  std::string kind;  // Its kind.
  bool carried = false;  // Whether this restore brings it along.
  bool operator==(const PlanNeed&) const = default;
};

// What a restore would do, or did.
struct PlanSummary {
  std::vector<PlanObject> objects;  // Object by object, those that need attention first.
  std::optional<std::int64_t> objects_left_out;  // How many objects are not in that list, because there are too many.
  std::vector<PlanNeed> needs;  // What it needs from outside the namespace that is not here.
  // How many objects by action: create, update, unchanged, skip, conflict, blocked.
  std::map<std::string, std::int64_t> summary;
  std::vector<PlanBlocker> blockers;  // What must be settled first.
  std::vector<std::string> notes;  // What was decided by itself.
  bool operator==(const PlanSummary&) const = default;
};

// How a restore is doing.
struct RestoreStatus : ActionStatus {
  std::optional<PlanSummary> plan;  // The plan.
  std::optional<std::string> address;  // Where the application can be reached.
  std::optional<std::string> target_namespace;  // Where it was restored to.
  bool operator==(const RestoreStatus&) const = default;
};

// What a restore point is of and where it is.
struct RestorePointSpec {
  std::string application;  // The application's name.
  std::string id;  // The snapshot's id.
  std::optional<NamespacedReference> location;  // Where it is; absent for local ones.
  std::optional<NamespacedReference> token_secret;  // The Secret with the token that opens it.
  RestorePointKind kind{};  // Where it is kept.
  bool imported = false;  // Whether it came from another cluster.
  std::optional<Time> expires_at;  // When it is removed, with its data: of local ones alone.
  bool operator==(const RestorePointSpec&) const = default;
};

// A volume of a restore point.
struct RestorePointVolume {
  std::string name;  // The claim.
  std::optional<Consistency> consistency;  // How consistent it is.
  std::optional<std::int64_t> bytes;  // Bytes of data.
  std::optional<std::int64_t> files;  // Files in it.
  std::optional<std::string> capacity;  // Its size: `5Gi`.
  std::optional<std::string> storage_class;  // Its StorageClass at the source.
  bool operator==(const RestorePointVolume&) const = default;
};

// What is in a restore point.
struct RestorePointStatus {
  std::optional<Time> created_at;  // When it was taken.
  std::optional<std::string> source_cluster;  // From which cluster.
  std::optional<std::string> source_namespace;  // From which namespace.
  std::optional<std::string> kubernetes_version;  // Version of the source.
  std::optional<Consistency> consistency;  // The weakest of its volumes.
  std::vector<RestorePointVolume> volumes;  // Its volumes.
  std::optional<std::int64_t> bytes;  // Bytes of all volumes.
  std::optional<std::int64_t> images;  // How many container images it refers to.
  std::vector<std::string> warnings;  // What could not be captured and why.
  bool operator==(const RestorePointStatus&) const = default;
};

// Which objects a rule changes. `*` and `?` stand for any characters and one; what is absent matches all.
struct TransformSubject {
  std::optional<std::string> group;  // API group; empty: the core group; absent: any.
  std::optional<std::string> kind;  // Kind.
  std::optional<std::string> name;  // Name.
  std::optional<std::string> name_space;  // Namespace at the source.
  bool operator==(const TransformSubject&) const = default;
};

// One operation of RFC 6902.
struct TransformPatch {
  PatchOp op{};  // The operation.
  std::string path;  // Where to (RFC 6901).
  std::optional<std::string> from;  // Where from.
  Json value;  // The value of test, add and replace.
  bool operator==(const TransformPatch&) const = default;
};

// A rule.
struct Transform {
  std::string name;  // Its name, for messages.
  TransformSubject subject;  // Which objects.
  std::vector<TransformPatch> patch;  // What is done. Kind, name, namespace and status cannot be changed.
  bool operator==(const Transform&) const = default;
};

// Rules that change manifests on their way to the target.
struct TransformSetSpec {
  std::vector<Transform> transforms;  // The rules, applied in this order.
  bool operator==(const TransformSetSpec&) const = default;
};

// Whether the rules make sense.
struct TransformSetStatus {
  std::vector<Condition> conditions;  // `Ready`.
  std::optional<std::int64_t> observed_generation;  // The generation that this was found for.
  bool operator==(const TransformSetStatus&) const = default;
};

// Where restore points are kept. A new value of its annotation `tranship.io/check` makes the controller check it at
// once.
struct Location {
  static constexpr std::string_view kKind = "Location";
  static const kube::ResourceType& type();

  Metadata metadata;
  LocationSpec spec;
  LocationStatus status;
  bool operator==(const Location&) const = default;
};

// What is done by itself, and when. A new value of its annotation `tranship.io/run` makes one run at once.
struct Policy {
  static constexpr std::string_view kKind = "Policy";
  static const kube::ResourceType& type();

  Metadata metadata;
  PolicySpec spec;
  PolicyStatus status;
  bool operator==(const Policy&) const = default;
};

// A view of one restore point, made by the controller; it can be removed and is made again. What is in the repository
// stays.
struct RestorePoint {
  static constexpr std::string_view kKind = "RestorePoint";
  static const kube::ResourceType& type();

  Metadata metadata;
  RestorePointSpec spec;
  RestorePointStatus status;
  bool operator==(const RestorePoint&) const = default;
};

// One run: a local restore point of an application.
struct Backup {
  static constexpr std::string_view kKind = "Backup";
  static const kube::ResourceType& type();

  Metadata metadata;
  BackupSpec spec;
  BackupStatus status;
  bool operator==(const Backup&) const = default;
};

// One run: a restore point of an application in a location.
struct Export {
  static constexpr std::string_view kKind = "Export";
  static const kube::ResourceType& type();

  Metadata metadata;
  ExportSpec spec;
  ExportStatus status;
  bool operator==(const Export&) const = default;
};

// One run: the restore points that a transfer token opens become visible here.
struct Import {
  static constexpr std::string_view kKind = "Import";
  static const kube::ResourceType& type();

  Metadata metadata;
  ImportSpec spec;
  ImportStatus status;
  bool operator==(const Import&) const = default;
};

// One run: an application from a restore point.
struct Restore {
  static constexpr std::string_view kKind = "Restore";
  static const kube::ResourceType& type();

  Metadata metadata;
  RestoreSpec spec;
  RestoreStatus status;
  bool operator==(const Restore&) const = default;
};

// Rules (RFC 6902) that change manifests on their way to the target.
struct TransformSet {
  static constexpr std::string_view kKind = "TransformSet";
  static const kube::ResourceType& type();

  Metadata metadata;
  TransformSetSpec spec;
  TransformSetStatus status;
  bool operator==(const TransformSet&) const = default;
};

// Every kind, in the order of the description.
const std::vector<const kube::ResourceType*>& all_types();

}  // namespace tranship::controller::api
