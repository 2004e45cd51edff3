// Made by tools/make_api.py from deploy/api/types.yaml.
// What has a default is optional here: what is read has it, what is written need not.
import type { KubeObject } from '../object';

// What a location may be used for.
export const accessValues = [
  'ReadWrite',
  'ReadOnly',
] as const;
export type Access = (typeof accessValues)[number];

// How movers reach a location.
export const moverAccessValues = [
  'Direct',
  'Relayed',
] as const;
export type MoverAccess = (typeof moverAccessValues)[number];

// Where an action is.
export const phaseValues = [
  'Pending',
  'Running',
  'Succeeded',
  'Failed',
  'Cancelled',
] as const;
export type Phase = (typeof phaseValues)[number];

// What a running action is doing.
export const stepValues = [
  'check',
  'capture',
  'volumes-out',
  'save',
  'plan',
  'volumes-in',
  'manifests',
  'ready',
] as const;
export type Step = (typeof stepValues)[number];

// Where the copy of a volume is.
export const volumeStateValues = [
  'Waiting',
  'Snapshot',
  'Starting',
  'Running',
  'Restarting',
  'Done',
  'Failed',
] as const;
export type VolumeState = (typeof volumeStateValues)[number];

// How true to one instant the copy of a volume is.
export const consistencyValues = [
  'group-snapshot',
  'volume-snapshot',
  'quiesced',
  'unmounted',
  'live',
] as const;
export type Consistency = (typeof consistencyValues)[number];

// What a restore does with what is there already.
export const existingValues = [
  'Keep',
  'Update',
  'Replace',
] as const;
export type Existing = (typeof existingValues)[number];

// How often.
export const frequencyValues = [
  'Hourly',
  'Daily',
  'Weekly',
  'Monthly',
] as const;
export type Frequency = (typeof frequencyValues)[number];

// A day of the week.
export const weekdayValues = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;
export type Weekday = (typeof weekdayValues)[number];

// Where a restore point is kept.
export const restorePointKindValues = [
  'Local',
  'Exported',
  'Both',
] as const;
export type RestorePointKind = (typeof restorePointKindValues)[number];

// An operation of RFC 6902.
export const patchOpValues = [
  'test',
  'add',
  'remove',
  'replace',
  'copy',
  'move',
] as const;
export type PatchOp = (typeof patchOpValues)[number];

// An object of the same namespace.
export interface Reference {
  // Its name.
  name: string;
}

// A Location of the same namespace, or a shared one of the system namespace.
export interface LocationReference {
  // Its name.
  name: string;
}

// An object of any namespace.
export interface NamespacedReference {
  // Its name.
  name: string;
  // Its namespace; absent: that of the object that names it.
  namespace?: string;
}

// An object of the same namespace, with its kind.
export interface KindReference {
  // Its kind.
  kind: string;
  // Its name.
  name: string;
}

// An application: a namespace, or what a label selector chooses in it.
export interface Application {
  // Its namespace. Outside the system namespace only the object's own.
  namespace: string;
  // A label selector as kubectl takes it (`app=web,tier in (a,b)`); absent: the whole namespace.
  selector?: string;
}

// What went wrong: the same code in status, pages and command line.
export interface Trouble {
  // Stable name, such as `store.no_bucket`.
  code?: string;
  // What happened.
  message: string;
  // What can be done about it.
  fix?: string;
}

// One aspect of an object's state, in the manner of Kubernetes.
export interface Condition {
  // `Ready` or `Complete`.
  type: string;
  // True, False or Unknown.
  status: 'True' | 'False' | 'Unknown';
  // The generation that this was found for.
  observedGeneration?: number;
  // When `status` changed last.
  lastTransitionTime: string;
  // One word for machines.
  reason: string;
  // A sentence for people.
  message: string;
}

// A condition on one label.
export interface LabelSelectorRequirement {
  // The label.
  key: string;
  // How it is compared.
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  // For In and NotIn.
  values?: string[];
}

// A label selector, as everywhere in Kubernetes.
export interface LabelSelector {
  // Labels with their values; all must be there.
  matchLabels?: Record<string, string>;
  // Conditions; all must hold.
  matchExpressions?: LabelSelectorRequirement[];
}

// What every action has. Nothing of it can be changed but `cancel`.
export interface ActionSpec {
  // Ends the action; what is done so far stays where it is harmless.
  cancel?: boolean;
}

// One volume of a running action.
export interface VolumeProgress {
  // The claim.
  name: string;
  // Where it is.
  state?: VolumeState;
  // Bytes read or written so far.
  bytesDone?: number;
  // Bytes in all, as far as they are known.
  bytesTotal?: number;
  // How consistent its copy is.
  consistency?: Consistency;
  // Why it waits or restarts.
  message?: string;
}

// How far an action is. Written at most once a second.
export interface Progress {
  // Bytes read or written so far.
  bytesDone?: number;
  // Bytes in all, as far as they are known.
  bytesTotal?: number;
  // Bytes new in the location, compressed.
  bytesStored?: number;
  // Bytes per second at the end of the last seconds.
  rate?: number;
  // Objects written so far.
  objectsDone?: number;
  // Objects in all.
  objectsTotal?: number;
  // The volumes.
  volumes?: VolumeProgress[];
}

// What every action tells.
export interface ActionStatus {
  // Where it is.
  phase?: Phase;
  // The generation that this was found for.
  observedGeneration?: number;
  // When it began.
  startTime?: string;
  // When it ended.
  completionTime?: string;
  // What it is doing.
  step?: Step;
  // Label `tranship.io/run` of its mover pods.
  run?: string;
  // How far it is.
  progress?: Progress;
  // `Complete`.
  conditions?: Condition[];
  // Why it failed.
  error?: Trouble;
  // The RestorePoint that was made or used.
  restorePoint?: NamespacedReference;
  // What is worth knowing although it succeeded.
  warnings?: string[];
}

// A bucket of S3 or of anything that speaks it: AWS, COS, OSS, OBS, MinIO, Ceph.
export interface S3Location {
  // The bucket.
  bucket: string;
  // A folder inside it, without a slash at its ends.
  prefix?: string;
  // The server's URL; absent: AWS of the region.
  endpoint?: string;
  // The bucket's region.
  region?: string;
  // Whether the bucket is named in the path rather than in the host; absent: yes with an endpoint, no with AWS.
  pathStyle?: boolean;
  // Certificates (PEM) to trust; absent: the system's.
  caBundle?: string;
  // Trusts any certificate. For tests only: whoever is in between can read the access.
  insecureSkipTLSVerify?: boolean;
  // A Secret with `accessKeyId`, `secretAccessKey` and, for temporary ones, `sessionToken`; absent: those of the controller's pod (web identity, instance role), for locations of the system namespace alone.
  credentialsSecret?: Reference;
}

// A directory of an NFS server, for locations of the system namespace alone: the server knows the controller and the movers by their addresses.
export interface NfsLocation {
  // Host name or address.
  server: string;
  // The exported directory, or one below it. It is not made.
  path: string;
  // The port of NFS; absent: 2049 by NFSv4, what the server's portmapper says by NFSv3.
  port?: number;
  // The port of mountd, by NFSv3; absent: what the portmapper says.
  mountPort?: number;
  // 3, or 4 (NFSv4.0), which needs one open port only and writes more slowly.
  version?: number;
  // The number of the user that the files belong to; absent: the controller's.
  uid?: number;
  // The number of its group; absent: the controller's.
  gid?: number;
}

// Where restore points are kept.
export interface LocationSpec {
  // A bucket.
  s3?: S3Location;
  // A directory of an NFS server.
  nfs?: NfsLocation;
  // What it may be used for.
  access?: Access;
  // Whether objects of all namespaces may name it. Counts in the system namespace alone.
  shared?: boolean;
  // How movers reach it; absent: Direct in its own namespace, Relayed in others, whose people could read the keys.
  moverAccess?: MoverAccess;
  // A Secret whose key `passphrase` opens the repositories; absent: the location is used with transfer tokens alone.
  passphraseSecret?: Reference;
}

// What the last check found.
export interface LocationStatus {
  // `Ready`: whether it can be used.
  conditions?: Condition[];
  // As people write it: `s3://backups/team`.
  address?: string;
  // The generation that was checked.
  observedGeneration?: number;
  // When it was checked last.
  lastCheckTime?: string;
  // How many applications have restore points in it.
  applications?: number;
  // Why it cannot be used.
  error?: Trouble;
  // The value of the annotation `tranship.io/check` that the last check answers.
  checkSeen?: string;
}

// When a policy runs.
export interface Schedule {
  // How often.
  frequency?: Frequency;
  // Five fields: minute, hour, day, month, weekday.
  cron?: string;
  // The time from one run to the next: `15m`, `6h`, `1d`. At least one minute.
  every?: string;
  // Of the hour.
  minute?: number;
  // Of the day.
  hour?: number;
  // Of a weekly schedule.
  weekday?: Weekday;
  // Of the month; the last one where a month has fewer.
  day?: number;
  // `Asia/Shanghai`; absent: UTC.
  timeZone?: string;
}

// Which namespaces a policy is about.
export interface PolicyApplications {
  // Names, or the beginning of names with `*` at the end. Neither this nor a selector: all, but for the excluded.
  namespaces?: string[];
  // Left out, written the same way.
  excluded?: string[];
  // Namespaces by their labels.
  namespaceSelector?: LabelSelector;
}

// Local restore points are made.
export type PolicyBackup = Record<string, never>;

// Restore points are copied to a location.
export interface PolicyExport {
  // Where to.
  location: LocationReference;
}

// Restore points of another cluster are taken over.
export interface PolicyImport {
  // Where from.
  location: LocationReference;
  // A Secret whose key `token` is the transfer token.
  tokenSecret: Reference;
}

// What was imported is restored after each import.
export interface PolicyRestore {
  // Absent: the application's own. Outside the system namespace only the policy's.
  targetNamespace?: string;
  // StorageClasses by name: source to target.
  storageClasses?: Record<string, string>;
  // What happens to objects that are there.
  existing?: Existing;
  // Kinds from outside the namespace to bring along, or `*`. In the system namespace alone.
  carry?: string[];
  // TransformSets of the same namespace, applied in this order.
  transforms?: Reference[];
}

// How many restore points stay. One that any of the counts chooses stays; maxAge ends it all the same.
export interface RetentionRule {
  // The newest so many.
  latest?: number;
  // The newest of each of so many hours.
  hourly?: number;
  // The newest of each of so many days.
  daily?: number;
  // The newest of each of so many weeks.
  weekly?: number;
  // The newest of each of so many months.
  monthly?: number;
  // The newest of each of so many years.
  yearly?: number;
  // None older than this stays, but for the newest.
  maxAge?: string;
}

// What stays, separately for snapshots in the cluster and copies in a location.
export interface Retention {
  // Snapshots in the cluster.
  local?: RetentionRule;
  // Copies in the location, also those of applications that are exported no more.
  exported?: RetentionRule;
}

// What, when, where to, how long kept; or: import from where, how often, and restore or not.
export interface PolicySpec {
  // Nothing runs while it is set.
  paused?: boolean;
  // When it runs; absent: by hand.
  schedule?: Schedule;
  // Which applications; absent in a namespace of an application: itself.
  applications?: PolicyApplications;
  // Makes local restore points.
  backup?: PolicyBackup;
  // Copies them to a location.
  export?: PolicyExport;
  // Takes over another cluster's.
  import?: PolicyImport;
  // Restores what was imported.
  restore?: PolicyRestore;
  // How long restore points stay.
  retention?: Retention;
}

// How a policy is doing.
export interface PolicyStatus {
  // `Ready`: whether it can run.
  conditions?: Condition[];
  // The generation that this was found for.
  observedGeneration?: number;
  // When the last run began.
  lastRunTime?: string;
  // When the last run that succeeded began.
  lastSuccessfulRunTime?: string;
  // When the next run is due.
  nextRunTime?: string;
  // The value of the annotation `tranship.io/run` that was obeyed last.
  lastRun?: string;
  // The actions under way.
  active?: KindReference[];
  // Why it cannot run or why its last run failed.
  error?: Trouble;
}

// A local restore point of an application is made.
export interface BackupSpec extends ActionSpec {
  // Of what.
  application: Application;
  // How long it stays; absent: as the policy says, or for good.
  expiresAfter?: string;
}

// How a backup is doing.
export type BackupStatus = ActionStatus;

// The transfer token at the end of an export.
export interface ExportToken {
  // Whether one is made.
  create?: boolean;
  // How long it opens; absent: until it is revoked.
  expiresAfter?: string;
  // The Secret it is put into; absent: the export's name and `-token`.
  secretName?: string;
}

// A restore point of an application is put into a location.
export interface ExportSpec extends ActionSpec {
  // Of what.
  application?: Application;
  // A local RestorePoint, in place of the application as it is now. One of another namespace only in the system namespace.
  restorePoint?: NamespacedReference;
  // Where to.
  location: LocationReference;
  // The transfer token.
  token?: ExportToken;
}

// How an export is doing.
export interface ExportStatus extends ActionStatus {
  // The Secret with the transfer token.
  tokenSecret?: Reference;
  // Bytes new in the location, compressed.
  bytesStored?: number;
}

// The restore points that a transfer token opens are taken over.
export interface ImportSpec extends ActionSpec {
  // Where from.
  location: LocationReference;
  // A Secret whose key `token` is the transfer token.
  tokenSecret: Reference;
}

// How an import is doing.
export interface ImportStatus extends ActionStatus {
  // How many restore points the token opens.
  restorePoints?: number;
  // How many of them are new here.
  added?: number;
  // The RestorePoint of the newest.
  newest?: Reference;
}

// An application is made again from a restore point.
export interface RestoreSpec extends ActionSpec {
  // From what. One of another namespace only in the system namespace.
  restorePoint: NamespacedReference;
  // Where to; absent: the object's own namespace. Another one only in the system namespace.
  targetNamespace?: string;
  // Makes the namespace when it is not there.
  createNamespace?: boolean;
  // StorageClasses by name: source to target.
  storageClasses?: Record<string, string>;
  // What happens to objects that are there.
  existing?: Existing;
  // Kinds from outside the namespace to bring along, or `*`. In the system namespace alone.
  carry?: string[];
  // TransformSets of the same namespace, applied in this order.
  transforms?: Reference[];
  // Keeps node ports; otherwise the target chooses.
  keepNodePorts?: boolean;
  // Ends after the plan; nothing is written.
  planOnly?: boolean;
  // How long it is waited for until it runs.
  readyTimeout?: string;
}

// What keeps a restore from beginning.
export interface PlanBlocker {
  // Which object.
  object: string;
  // Why.
  reason: string;
  // What can be done about it.
  fix?: string;
}

// What a restore would do to one object, or did.
export interface PlanObject {
  // Its kind, namespace and name: `Deployment shop/web`.
  object: string;
  // What becomes of it; `conflict`: it is there, different, and stays as it is.
  action: 'create' | 'update' | 'unchanged' | 'skip' | 'conflict' | 'blocked';
  // Why.
  reason?: string;
  // What can be done about it, when it is blocked or in conflict.
  fix?: string;
  // Its fields that would change: `spec.replicas: 1 -> 2`. Values of Secrets are never shown.
  changes?: string[];
}

// Something outside the namespace that the application needs and this cluster lacks; spec.carry takes its kind.
export interface PlanNeed {
  // Its kind and name: `ClusterRole shop-reader`.
  object: string;
  // Its kind.
  kind: string;
  // Whether this restore brings it along.
  carried: boolean;
}

// What a restore would do, or did.
export interface PlanSummary {
  // Object by object, those that need attention first.
  objects?: PlanObject[];
  // How many objects are not in that list, because there are too many.
  objectsLeftOut?: number;
  // What it needs from outside the namespace that is not here.
  needs?: PlanNeed[];
  // How many objects by action: create, update, unchanged, skip, conflict, blocked.
  summary?: Record<string, number>;
  // What must be settled first.
  blockers?: PlanBlocker[];
  // What was decided by itself.
  notes?: string[];
}

// How a restore is doing.
export interface RestoreStatus extends ActionStatus {
  // The plan.
  plan?: PlanSummary;
  // Where the application can be reached.
  address?: string;
  // Where it was restored to.
  targetNamespace?: string;
}

// What a restore point is of and where it is.
export interface RestorePointSpec {
  // The application's name.
  application: string;
  // The snapshot's id.
  id: string;
  // Where it is; absent for local ones.
  location?: NamespacedReference;
  // The Secret with the token that opens it.
  tokenSecret?: NamespacedReference;
  // Where it is kept.
  kind: RestorePointKind;
  // Whether it came from another cluster.
  imported?: boolean;
  // When it is removed, with its data: of local ones alone.
  expiresAt?: string;
}

// A volume of a restore point.
export interface RestorePointVolume {
  // The claim.
  name: string;
  // How consistent it is.
  consistency?: Consistency;
  // Bytes of data.
  bytes?: number;
  // Files in it.
  files?: number;
  // Its size: `5Gi`.
  capacity?: string;
  // Its StorageClass at the source.
  storageClass?: string;
}

// What is in a restore point.
export interface RestorePointStatus {
  // When it was taken.
  createdAt?: string;
  // From which cluster.
  sourceCluster?: string;
  // From which namespace.
  sourceNamespace?: string;
  // Version of the source.
  kubernetesVersion?: string;
  // The weakest of its volumes.
  consistency?: Consistency;
  // Its volumes.
  volumes?: RestorePointVolume[];
  // Bytes of all volumes.
  bytes?: number;
  // How many container images it refers to.
  images?: number;
  // What could not be captured and why.
  warnings?: string[];
}

// Which objects a rule changes. `*` and `?` stand for any characters and one; what is absent matches all.
export interface TransformSubject {
  // API group; empty: the core group; absent: any.
  group?: string;
  // Kind.
  kind?: string;
  // Name.
  name?: string;
  // Namespace at the source.
  namespace?: string;
}

// One operation of RFC 6902.
export interface TransformPatch {
  // The operation.
  op: PatchOp;
  // Where to (RFC 6901).
  path: string;
  // Where from.
  from?: string;
  // The value of test, add and replace.
  value?: unknown;
}

// A rule.
export interface Transform {
  // Its name, for messages.
  name: string;
  // Which objects.
  subject: TransformSubject;
  // What is done. Kind, name, namespace and status cannot be changed.
  patch: TransformPatch[];
}

// Rules that change manifests on their way to the target.
export interface TransformSetSpec {
  // The rules, applied in this order.
  transforms: Transform[];
}

// Whether the rules make sense.
export interface TransformSetStatus {
  // `Ready`.
  conditions?: Condition[];
  // The generation that this was found for.
  observedGeneration?: number;
}

// Where restore points are kept. A new value of its annotation `tranship.io/check` makes the controller check it at once.
export type Location = KubeObject<LocationSpec, LocationStatus>;

// What is done by itself, and when. A new value of its annotation `tranship.io/run` makes one run at once.
export type Policy = KubeObject<PolicySpec, PolicyStatus>;

// A view of one restore point, made by the controller; it can be removed and is made again. What is in the repository stays.
export type RestorePoint = KubeObject<RestorePointSpec, RestorePointStatus>;

// One run: a local restore point of an application.
export type Backup = KubeObject<BackupSpec, BackupStatus>;

// One run: a restore point of an application in a location.
export type Export = KubeObject<ExportSpec, ExportStatus>;

// One run: the restore points that a transfer token opens become visible here.
export type Import = KubeObject<ImportSpec, ImportStatus>;

// One run: an application from a restore point.
export type Restore = KubeObject<RestoreSpec, RestoreStatus>;

// Rules (RFC 6902) that change manifests on their way to the target.
export type TransformSet = KubeObject<TransformSetSpec, TransformSetStatus>;

export interface Kinds {
  Location: Location;
  Policy: Policy;
  RestorePoint: RestorePoint;
  Backup: Backup;
  Export: Export;
  Import: Import;
  Restore: Restore;
  TransformSet: TransformSet;
}

export const plurals = {
  Location: 'locations',
  Policy: 'policies',
  RestorePoint: 'restorepoints',
  Backup: 'backups',
  Export: 'exports',
  Import: 'imports',
  Restore: 'restores',
  TransformSet: 'transformsets',
} as const satisfies Record<keyof Kinds, string>;

export const actionKinds = ['Backup', 'Export', 'Import', 'Restore'] as const;
export type ActionKind = (typeof actionKinds)[number];

export const apiVersion = 'tranship.io/v1alpha1';
