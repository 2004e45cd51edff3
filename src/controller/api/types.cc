// Made by tools/make_api.py from deploy/api/types.yaml.

#include "controller/api/types.h"

#include "controller/api/codec.h"

namespace tranship::controller::api {

template <>
struct Names<Access> {
  static constexpr std::pair<Access, std::string_view> kAll[] = {
      {Access::read_write, "ReadWrite"},
      {Access::read_only, "ReadOnly"},
  };
};

template <>
struct Names<MoverAccess> {
  static constexpr std::pair<MoverAccess, std::string_view> kAll[] = {
      {MoverAccess::direct, "Direct"},
      {MoverAccess::relayed, "Relayed"},
  };
};

template <>
struct Names<Phase> {
  static constexpr std::pair<Phase, std::string_view> kAll[] = {
      {Phase::pending, "Pending"},
      {Phase::running, "Running"},
      {Phase::succeeded, "Succeeded"},
      {Phase::failed, "Failed"},
      {Phase::cancelled, "Cancelled"},
  };
};

template <>
struct Names<Step> {
  static constexpr std::pair<Step, std::string_view> kAll[] = {
      {Step::check, "check"},
      {Step::capture, "capture"},
      {Step::volumes_out, "volumes-out"},
      {Step::save, "save"},
      {Step::plan, "plan"},
      {Step::volumes_in, "volumes-in"},
      {Step::manifests, "manifests"},
      {Step::ready, "ready"},
  };
};

template <>
struct Names<VolumeState> {
  static constexpr std::pair<VolumeState, std::string_view> kAll[] = {
      {VolumeState::waiting, "Waiting"},
      {VolumeState::snapshot, "Snapshot"},
      {VolumeState::starting, "Starting"},
      {VolumeState::running, "Running"},
      {VolumeState::restarting, "Restarting"},
      {VolumeState::done, "Done"},
      {VolumeState::failed, "Failed"},
  };
};

template <>
struct Names<Consistency> {
  static constexpr std::pair<Consistency, std::string_view> kAll[] = {
      {Consistency::group_snapshot, "group-snapshot"},
      {Consistency::volume_snapshot, "volume-snapshot"},
      {Consistency::quiesced, "quiesced"},
      {Consistency::unmounted, "unmounted"},
      {Consistency::live, "live"},
  };
};

template <>
struct Names<Existing> {
  static constexpr std::pair<Existing, std::string_view> kAll[] = {
      {Existing::keep, "Keep"},
      {Existing::update, "Update"},
      {Existing::replace, "Replace"},
  };
};

template <>
struct Names<Frequency> {
  static constexpr std::pair<Frequency, std::string_view> kAll[] = {
      {Frequency::hourly, "Hourly"},
      {Frequency::daily, "Daily"},
      {Frequency::weekly, "Weekly"},
      {Frequency::monthly, "Monthly"},
  };
};

template <>
struct Names<Weekday> {
  static constexpr std::pair<Weekday, std::string_view> kAll[] = {
      {Weekday::monday, "Monday"},
      {Weekday::tuesday, "Tuesday"},
      {Weekday::wednesday, "Wednesday"},
      {Weekday::thursday, "Thursday"},
      {Weekday::friday, "Friday"},
      {Weekday::saturday, "Saturday"},
      {Weekday::sunday, "Sunday"},
  };
};

template <>
struct Names<RestorePointKind> {
  static constexpr std::pair<RestorePointKind, std::string_view> kAll[] = {
      {RestorePointKind::local, "Local"},
      {RestorePointKind::exported, "Exported"},
      {RestorePointKind::both, "Both"},
  };
};

template <>
struct Names<PatchOp> {
  static constexpr std::pair<PatchOp, std::string_view> kAll[] = {
      {PatchOp::test, "test"},
      {PatchOp::add, "add"},
      {PatchOp::remove, "remove"},
      {PatchOp::replace, "replace"},
      {PatchOp::copy, "copy"},
      {PatchOp::move, "move"},
  };
};

template <>
struct Members<Reference> {
  static void visit(auto& object, auto& visitor) {
    visitor("name", object.name, kRequired);
  }
};

template <>
struct Members<LocationReference> {
  static void visit(auto& object, auto& visitor) {
    visitor("name", object.name, kRequired);
  }
};

template <>
struct Members<NamespacedReference> {
  static void visit(auto& object, auto& visitor) {
    visitor("name", object.name, kRequired);
    visitor("namespace", object.name_space);
  }
};

template <>
struct Members<KindReference> {
  static void visit(auto& object, auto& visitor) {
    visitor("kind", object.kind, kRequired);
    visitor("name", object.name, kRequired);
  }
};

template <>
struct Members<Application> {
  static void visit(auto& object, auto& visitor) {
    visitor("namespace", object.name_space, kRequired);
    visitor("selector", object.selector);
  }
};

template <>
struct Members<Trouble> {
  static void visit(auto& object, auto& visitor) {
    visitor("code", object.code);
    visitor("message", object.message, kRequired);
    visitor("fix", object.fix);
  }
};

template <>
struct Members<Condition> {
  static void visit(auto& object, auto& visitor) {
    visitor("type", object.type, kRequired);
    visitor("status", object.status, kRequired);
    visitor("observedGeneration", object.observed_generation);
    visitor("lastTransitionTime", object.last_transition_time, kRequired);
    visitor("reason", object.reason, kRequired);
    visitor("message", object.message, kRequired);
  }
};

template <>
struct Members<LabelSelectorRequirement> {
  static void visit(auto& object, auto& visitor) {
    visitor("key", object.key, kRequired);
    visitor("operator", object.op, kRequired);
    visitor("values", object.values);
  }
};

template <>
struct Members<LabelSelector> {
  static void visit(auto& object, auto& visitor) {
    visitor("matchLabels", object.match_labels);
    visitor("matchExpressions", object.match_expressions);
  }
};

template <>
struct Members<ActionSpec> {
  static void visit(auto& object, auto& visitor) {
    visitor("cancel", object.cancel, kDefault);
  }
};

template <>
struct Members<VolumeProgress> {
  static void visit(auto& object, auto& visitor) {
    visitor("name", object.name, kRequired);
    visitor("state", object.state);
    visitor("bytesDone", object.bytes_done);
    visitor("bytesTotal", object.bytes_total);
    visitor("consistency", object.consistency);
    visitor("message", object.message);
  }
};

template <>
struct Members<Progress> {
  static void visit(auto& object, auto& visitor) {
    visitor("bytesDone", object.bytes_done);
    visitor("bytesTotal", object.bytes_total);
    visitor("bytesStored", object.bytes_stored);
    visitor("rate", object.rate);
    visitor("objectsDone", object.objects_done);
    visitor("objectsTotal", object.objects_total);
    visitor("volumes", object.volumes);
  }
};

template <>
struct Members<ActionStatus> {
  static void visit(auto& object, auto& visitor) {
    visitor("phase", object.phase);
    visitor("observedGeneration", object.observed_generation);
    visitor("startTime", object.start_time);
    visitor("completionTime", object.completion_time);
    visitor("step", object.step);
    visitor("run", object.run);
    visitor("progress", object.progress);
    visitor("conditions", object.conditions);
    visitor("error", object.error);
    visitor("restorePoint", object.restore_point);
    visitor("warnings", object.warnings);
  }
};

template <>
struct Members<S3Location> {
  static void visit(auto& object, auto& visitor) {
    visitor("bucket", object.bucket, kRequired);
    visitor("prefix", object.prefix);
    visitor("endpoint", object.endpoint);
    visitor("region", object.region, kDefault);
    visitor("pathStyle", object.path_style);
    visitor("caBundle", object.ca_bundle);
    visitor("insecureSkipTLSVerify", object.insecure_skip_tls_verify, kDefault);
    visitor("credentialsSecret", object.credentials_secret);
  }
};

template <>
struct Members<NfsLocation> {
  static void visit(auto& object, auto& visitor) {
    visitor("server", object.server, kRequired);
    visitor("path", object.path, kRequired);
    visitor("port", object.port);
    visitor("mountPort", object.mount_port);
    visitor("version", object.version, kDefault);
    visitor("uid", object.uid);
    visitor("gid", object.gid);
  }
};

template <>
struct Members<LocationSpec> {
  static void visit(auto& object, auto& visitor) {
    visitor("s3", object.s3);
    visitor("nfs", object.nfs);
    visitor("access", object.access, kDefault);
    visitor("shared", object.shared, kDefault);
    visitor("moverAccess", object.mover_access);
    visitor("passphraseSecret", object.passphrase_secret);
  }
};

template <>
struct Members<LocationStatus> {
  static void visit(auto& object, auto& visitor) {
    visitor("conditions", object.conditions);
    visitor("address", object.address);
    visitor("observedGeneration", object.observed_generation);
    visitor("lastCheckTime", object.last_check_time);
    visitor("applications", object.applications);
    visitor("error", object.error);
    visitor("checkSeen", object.check_seen);
  }
};

template <>
struct Members<Schedule> {
  static void visit(auto& object, auto& visitor) {
    visitor("frequency", object.frequency);
    visitor("cron", object.cron);
    visitor("every", object.every);
    visitor("minute", object.minute);
    visitor("hour", object.hour);
    visitor("weekday", object.weekday);
    visitor("day", object.day);
    visitor("timeZone", object.time_zone);
  }
};

template <>
struct Members<PolicyApplications> {
  static void visit(auto& object, auto& visitor) {
    visitor("namespaces", object.namespaces);
    visitor("excluded", object.excluded);
    visitor("namespaceSelector", object.namespace_selector);
  }
};

template <>
struct Members<PolicyBackup> {
  static void visit(auto&, auto&) {
  }
};

template <>
struct Members<PolicyExport> {
  static void visit(auto& object, auto& visitor) {
    visitor("location", object.location, kRequired);
  }
};

template <>
struct Members<PolicyImport> {
  static void visit(auto& object, auto& visitor) {
    visitor("location", object.location, kRequired);
    visitor("tokenSecret", object.token_secret, kRequired);
  }
};

template <>
struct Members<PolicyRestore> {
  static void visit(auto& object, auto& visitor) {
    visitor("targetNamespace", object.target_namespace);
    visitor("storageClasses", object.storage_classes);
    visitor("existing", object.existing, kDefault);
    visitor("carry", object.carry);
    visitor("transforms", object.transforms);
  }
};

template <>
struct Members<RetentionRule> {
  static void visit(auto& object, auto& visitor) {
    visitor("latest", object.latest);
    visitor("hourly", object.hourly);
    visitor("daily", object.daily);
    visitor("weekly", object.weekly);
    visitor("monthly", object.monthly);
    visitor("yearly", object.yearly);
    visitor("maxAge", object.max_age);
  }
};

template <>
struct Members<Retention> {
  static void visit(auto& object, auto& visitor) {
    visitor("local", object.local);
    visitor("exported", object.exported);
  }
};

template <>
struct Members<PolicySpec> {
  static void visit(auto& object, auto& visitor) {
    visitor("paused", object.paused, kDefault);
    visitor("schedule", object.schedule);
    visitor("applications", object.applications);
    visitor("backup", object.backup);
    visitor("export", object.export_to);
    visitor("import", object.import_from);
    visitor("restore", object.restore);
    visitor("retention", object.retention);
  }
};

template <>
struct Members<PolicyStatus> {
  static void visit(auto& object, auto& visitor) {
    visitor("conditions", object.conditions);
    visitor("observedGeneration", object.observed_generation);
    visitor("lastRunTime", object.last_run_time);
    visitor("lastSuccessfulRunTime", object.last_successful_run_time);
    visitor("nextRunTime", object.next_run_time);
    visitor("lastRun", object.last_run);
    visitor("active", object.active);
    visitor("error", object.error);
  }
};

template <>
struct Members<BackupSpec> {
  static void visit(auto& object, auto& visitor) {
    Members<ActionSpec>::visit(object, visitor);
    visitor("application", object.application, kRequired);
    visitor("expiresAfter", object.expires_after);
  }
};

template <>
struct Members<BackupStatus> {
  static void visit(auto& object, auto& visitor) {
    Members<ActionStatus>::visit(object, visitor);
  }
};

template <>
struct Members<ExportToken> {
  static void visit(auto& object, auto& visitor) {
    visitor("create", object.create, kDefault);
    visitor("expiresAfter", object.expires_after);
    visitor("secretName", object.secret_name);
  }
};

template <>
struct Members<ExportSpec> {
  static void visit(auto& object, auto& visitor) {
    Members<ActionSpec>::visit(object, visitor);
    visitor("application", object.application);
    visitor("restorePoint", object.restore_point);
    visitor("location", object.location, kRequired);
    visitor("token", object.token, kDefault);
  }
};

template <>
struct Members<ExportStatus> {
  static void visit(auto& object, auto& visitor) {
    Members<ActionStatus>::visit(object, visitor);
    visitor("tokenSecret", object.token_secret);
    visitor("bytesStored", object.bytes_stored);
  }
};

template <>
struct Members<ImportSpec> {
  static void visit(auto& object, auto& visitor) {
    Members<ActionSpec>::visit(object, visitor);
    visitor("location", object.location, kRequired);
    visitor("tokenSecret", object.token_secret, kRequired);
  }
};

template <>
struct Members<ImportStatus> {
  static void visit(auto& object, auto& visitor) {
    Members<ActionStatus>::visit(object, visitor);
    visitor("restorePoints", object.restore_points);
    visitor("added", object.added);
    visitor("newest", object.newest);
  }
};

template <>
struct Members<RestoreSpec> {
  static void visit(auto& object, auto& visitor) {
    Members<ActionSpec>::visit(object, visitor);
    visitor("restorePoint", object.restore_point, kRequired);
    visitor("targetNamespace", object.target_namespace);
    visitor("createNamespace", object.create_namespace, kDefault);
    visitor("storageClasses", object.storage_classes);
    visitor("existing", object.existing, kDefault);
    visitor("carry", object.carry);
    visitor("transforms", object.transforms);
    visitor("keepNodePorts", object.keep_node_ports, kDefault);
    visitor("planOnly", object.plan_only, kDefault);
    visitor("readyTimeout", object.ready_timeout, kDefault);
  }
};

template <>
struct Members<PlanBlocker> {
  static void visit(auto& object, auto& visitor) {
    visitor("object", object.object, kRequired);
    visitor("reason", object.reason, kRequired);
    visitor("fix", object.fix);
  }
};

template <>
struct Members<PlanObject> {
  static void visit(auto& object, auto& visitor) {
    visitor("object", object.object, kRequired);
    visitor("action", object.action, kRequired);
    visitor("reason", object.reason);
    visitor("fix", object.fix);
    visitor("changes", object.changes);
  }
};

template <>
struct Members<PlanNeed> {
  static void visit(auto& object, auto& visitor) {
    visitor("object", object.object, kRequired);
    visitor("kind", object.kind, kRequired);
    visitor("carried", object.carried, kRequired);
  }
};

template <>
struct Members<PlanSummary> {
  static void visit(auto& object, auto& visitor) {
    visitor("objects", object.objects);
    visitor("objectsLeftOut", object.objects_left_out);
    visitor("needs", object.needs);
    visitor("summary", object.summary);
    visitor("blockers", object.blockers);
    visitor("notes", object.notes);
  }
};

template <>
struct Members<RestoreStatus> {
  static void visit(auto& object, auto& visitor) {
    Members<ActionStatus>::visit(object, visitor);
    visitor("plan", object.plan);
    visitor("address", object.address);
    visitor("targetNamespace", object.target_namespace);
  }
};

template <>
struct Members<RestorePointSpec> {
  static void visit(auto& object, auto& visitor) {
    visitor("application", object.application, kRequired);
    visitor("id", object.id, kRequired);
    visitor("location", object.location);
    visitor("tokenSecret", object.token_secret);
    visitor("kind", object.kind, kRequired);
    visitor("imported", object.imported, kDefault);
    visitor("expiresAt", object.expires_at);
  }
};

template <>
struct Members<RestorePointVolume> {
  static void visit(auto& object, auto& visitor) {
    visitor("name", object.name, kRequired);
    visitor("consistency", object.consistency);
    visitor("bytes", object.bytes);
    visitor("files", object.files);
    visitor("capacity", object.capacity);
    visitor("storageClass", object.storage_class);
  }
};

template <>
struct Members<RestorePointStatus> {
  static void visit(auto& object, auto& visitor) {
    visitor("createdAt", object.created_at);
    visitor("sourceCluster", object.source_cluster);
    visitor("sourceNamespace", object.source_namespace);
    visitor("kubernetesVersion", object.kubernetes_version);
    visitor("consistency", object.consistency);
    visitor("volumes", object.volumes);
    visitor("bytes", object.bytes);
    visitor("images", object.images);
    visitor("warnings", object.warnings);
  }
};

template <>
struct Members<TransformSubject> {
  static void visit(auto& object, auto& visitor) {
    visitor("group", object.group);
    visitor("kind", object.kind);
    visitor("name", object.name);
    visitor("namespace", object.name_space);
  }
};

template <>
struct Members<TransformPatch> {
  static void visit(auto& object, auto& visitor) {
    visitor("op", object.op, kRequired);
    visitor("path", object.path, kRequired);
    visitor("from", object.from);
    visitor("value", object.value);
  }
};

template <>
struct Members<Transform> {
  static void visit(auto& object, auto& visitor) {
    visitor("name", object.name, kRequired);
    visitor("subject", object.subject, kRequired);
    visitor("patch", object.patch, kRequired);
  }
};

template <>
struct Members<TransformSetSpec> {
  static void visit(auto& object, auto& visitor) {
    visitor("transforms", object.transforms, kRequired);
  }
};

template <>
struct Members<TransformSetStatus> {
  static void visit(auto& object, auto& visitor) {
    visitor("conditions", object.conditions);
    visitor("observedGeneration", object.observed_generation);
  }
};

std::string_view name_of(Access value) { return find_name(value); }
template std::optional<Access> parse_name<Access>(std::string_view);

std::string_view name_of(MoverAccess value) { return find_name(value); }
template std::optional<MoverAccess> parse_name<MoverAccess>(std::string_view);

std::string_view name_of(Phase value) { return find_name(value); }
template std::optional<Phase> parse_name<Phase>(std::string_view);

std::string_view name_of(Step value) { return find_name(value); }
template std::optional<Step> parse_name<Step>(std::string_view);

std::string_view name_of(VolumeState value) { return find_name(value); }
template std::optional<VolumeState> parse_name<VolumeState>(std::string_view);

std::string_view name_of(Consistency value) { return find_name(value); }
template std::optional<Consistency> parse_name<Consistency>(std::string_view);

std::string_view name_of(Existing value) { return find_name(value); }
template std::optional<Existing> parse_name<Existing>(std::string_view);

std::string_view name_of(Frequency value) { return find_name(value); }
template std::optional<Frequency> parse_name<Frequency>(std::string_view);

std::string_view name_of(Weekday value) { return find_name(value); }
template std::optional<Weekday> parse_name<Weekday>(std::string_view);

std::string_view name_of(RestorePointKind value) { return find_name(value); }
template std::optional<RestorePointKind> parse_name<RestorePointKind>(std::string_view);

std::string_view name_of(PatchOp value) { return find_name(value); }
template std::optional<PatchOp> parse_name<PatchOp>(std::string_view);

static kube::ResourceType resource_type(std::string_view kind, const char* plural) {
  return {std::string(kGroup), std::string(kVersion), std::string(kind), plural, true,
          {"create", "delete", "get", "list", "patch", "update", "watch"}, {"status"}, {std::string(kVersion)}};
}

const kube::ResourceType& Location::type() {
  static const kube::ResourceType type = resource_type(kKind, "locations");
  return type;
}

const kube::ResourceType& Policy::type() {
  static const kube::ResourceType type = resource_type(kKind, "policies");
  return type;
}

const kube::ResourceType& RestorePoint::type() {
  static const kube::ResourceType type = resource_type(kKind, "restorepoints");
  return type;
}

const kube::ResourceType& Backup::type() {
  static const kube::ResourceType type = resource_type(kKind, "backups");
  return type;
}

const kube::ResourceType& Export::type() {
  static const kube::ResourceType type = resource_type(kKind, "exports");
  return type;
}

const kube::ResourceType& Import::type() {
  static const kube::ResourceType type = resource_type(kKind, "imports");
  return type;
}

const kube::ResourceType& Restore::type() {
  static const kube::ResourceType type = resource_type(kKind, "restores");
  return type;
}

const kube::ResourceType& TransformSet::type() {
  static const kube::ResourceType type = resource_type(kKind, "transformsets");
  return type;
}

const std::vector<const kube::ResourceType*>& all_types() {
  static const std::vector<const kube::ResourceType*> types{
      &Location::type(),
      &Policy::type(),
      &RestorePoint::type(),
      &Backup::type(),
      &Export::type(),
      &Import::type(),
      &Restore::type(),
      &TransformSet::type(),
  };
  return types;
}

#define TRANSHIP_API_TYPE(Type)                  \
  template Result<Type> from_json(const Json&); \
  template Json to_json(const Type&);
TRANSHIP_API_TYPE(Reference)
TRANSHIP_API_TYPE(LocationReference)
TRANSHIP_API_TYPE(NamespacedReference)
TRANSHIP_API_TYPE(KindReference)
TRANSHIP_API_TYPE(Application)
TRANSHIP_API_TYPE(Trouble)
TRANSHIP_API_TYPE(Condition)
TRANSHIP_API_TYPE(LabelSelectorRequirement)
TRANSHIP_API_TYPE(LabelSelector)
TRANSHIP_API_TYPE(ActionSpec)
TRANSHIP_API_TYPE(VolumeProgress)
TRANSHIP_API_TYPE(Progress)
TRANSHIP_API_TYPE(ActionStatus)
TRANSHIP_API_TYPE(S3Location)
TRANSHIP_API_TYPE(NfsLocation)
TRANSHIP_API_TYPE(LocationSpec)
TRANSHIP_API_TYPE(LocationStatus)
TRANSHIP_API_TYPE(Schedule)
TRANSHIP_API_TYPE(PolicyApplications)
TRANSHIP_API_TYPE(PolicyBackup)
TRANSHIP_API_TYPE(PolicyExport)
TRANSHIP_API_TYPE(PolicyImport)
TRANSHIP_API_TYPE(PolicyRestore)
TRANSHIP_API_TYPE(RetentionRule)
TRANSHIP_API_TYPE(Retention)
TRANSHIP_API_TYPE(PolicySpec)
TRANSHIP_API_TYPE(PolicyStatus)
TRANSHIP_API_TYPE(BackupSpec)
TRANSHIP_API_TYPE(BackupStatus)
TRANSHIP_API_TYPE(ExportToken)
TRANSHIP_API_TYPE(ExportSpec)
TRANSHIP_API_TYPE(ExportStatus)
TRANSHIP_API_TYPE(ImportSpec)
TRANSHIP_API_TYPE(ImportStatus)
TRANSHIP_API_TYPE(RestoreSpec)
TRANSHIP_API_TYPE(PlanBlocker)
TRANSHIP_API_TYPE(PlanObject)
TRANSHIP_API_TYPE(PlanNeed)
TRANSHIP_API_TYPE(PlanSummary)
TRANSHIP_API_TYPE(RestoreStatus)
TRANSHIP_API_TYPE(RestorePointSpec)
TRANSHIP_API_TYPE(RestorePointVolume)
TRANSHIP_API_TYPE(RestorePointStatus)
TRANSHIP_API_TYPE(TransformSubject)
TRANSHIP_API_TYPE(TransformPatch)
TRANSHIP_API_TYPE(Transform)
TRANSHIP_API_TYPE(TransformSetSpec)
TRANSHIP_API_TYPE(TransformSetStatus)
TRANSHIP_API_TYPE(Location)
TRANSHIP_API_TYPE(Policy)
TRANSHIP_API_TYPE(RestorePoint)
TRANSHIP_API_TYPE(Backup)
TRANSHIP_API_TYPE(Export)
TRANSHIP_API_TYPE(Import)
TRANSHIP_API_TYPE(Restore)
TRANSHIP_API_TYPE(TransformSet)
#undef TRANSHIP_API_TYPE

}  // namespace tranship::controller::api
