// The kinds of tranship.io as the pages read them: docs/api/reference.md says what every field means.

export interface Metadata {
  name: string;
  namespace?: string;
  uid?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface KubeObject<Spec = unknown, Status = unknown> {
  apiVersion?: string;
  kind?: string;
  metadata: Metadata;
  spec: Spec;
  status?: Status;
}

export interface Trouble {
  code?: string;
  message: string;
  fix?: string;
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
}

export interface Reference {
  name: string;
  namespace?: string;
}

export interface S3Location {
  bucket: string;
  prefix?: string;
  endpoint?: string;
  region?: string;
  pathStyle?: boolean;
  caBundle?: string;
  insecureSkipTLSVerify?: boolean;
  credentialsSecret?: Reference;
}

export interface NfsLocation {
  server: string;
  path: string;
}

export interface LocationSpec {
  s3?: S3Location;
  nfs?: NfsLocation;
  access?: 'ReadWrite' | 'ReadOnly';
  shared?: boolean;
  passphraseSecret?: Reference;
}

export interface LocationStatus {
  conditions?: Condition[];
  address?: string;
  lastCheckTime?: string;
  applications?: number;
  error?: Trouble;
  checkSeen?: string;
}

export type Location = KubeObject<LocationSpec, LocationStatus>;

export type Frequency = 'Hourly' | 'Daily' | 'Weekly' | 'Monthly';
export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export type Weekday = (typeof weekdays)[number];

export interface Schedule {
  frequency?: Frequency;
  cron?: string;
  every?: string;
  minute?: number;
  hour?: number;
  weekday?: Weekday;
  day?: number;
  timeZone?: string;
}

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface PolicyApplications {
  namespaces?: string[];
  excluded?: string[];
  namespaceSelector?: LabelSelector;
}

export type Existing = 'Keep' | 'Update' | 'Replace';

export interface PolicyRestore {
  targetNamespace?: string;
  storageClasses?: Record<string, string>;
  existing?: Existing;
  carry?: string[];
}

export interface RetentionRule {
  latest?: number;
  hourly?: number;
  daily?: number;
  weekly?: number;
  monthly?: number;
  yearly?: number;
  maxAge?: string;
}

export interface PolicySpec {
  paused?: boolean;
  schedule?: Schedule;
  applications?: PolicyApplications;
  backup?: Record<string, never>;
  export?: { location: Reference };
  import?: { location: Reference; tokenSecret: Reference };
  restore?: PolicyRestore;
  retention?: { local?: RetentionRule; exported?: RetentionRule };
}

export interface PolicyStatus {
  conditions?: Condition[];
  lastRunTime?: string;
  lastSuccessfulRunTime?: string;
  nextRunTime?: string;
  lastRun?: string;
  active?: { kind: string; name: string }[];
  error?: Trouble;
}

export type Policy = KubeObject<PolicySpec, PolicyStatus>;

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Cancelled';
export type Step = 'check' | 'capture' | 'volumes-out' | 'save' | 'plan' | 'volumes-in' | 'manifests' | 'ready';
export type VolumeState = 'Waiting' | 'Snapshot' | 'Starting' | 'Running' | 'Restarting' | 'Done' | 'Failed';
export type Consistency = 'group-snapshot' | 'volume-snapshot' | 'quiesced' | 'unmounted' | 'live';

export interface VolumeProgress {
  name: string;
  state?: VolumeState;
  bytesDone?: number;
  bytesTotal?: number;
  consistency?: Consistency;
  message?: string;
}

export interface Progress {
  bytesDone?: number;
  bytesTotal?: number;
  bytesStored?: number;
  rate?: number;
  objectsDone?: number;
  objectsTotal?: number;
  volumes?: VolumeProgress[];
}

export interface ActionStatus {
  phase?: Phase;
  startTime?: string;
  completionTime?: string;
  step?: Step;
  progress?: Progress;
  conditions?: Condition[];
  error?: Trouble;
  restorePoint?: Reference;
  warnings?: string[];
  // Export
  tokenSecret?: Reference;
  bytesStored?: number;
  // Import
  restorePoints?: number;
  added?: number;
  newest?: Reference;
  // Restore
  plan?: Plan;
  address?: string;
  targetNamespace?: string;
}

export interface ActionSpec {
  cancel?: boolean;
  application?: { namespace: string; selector?: string };
  location?: Reference;
  token?: { create?: boolean; expiresAfter?: string };
  tokenSecret?: Reference;
  restorePoint?: Reference;
  targetNamespace?: string;
  storageClasses?: Record<string, string>;
  existing?: Existing;
  carry?: string[];
  planOnly?: boolean;
  keepNodePorts?: boolean;
  expiresAfter?: string;
}

export type ActionKind = 'Backup' | 'Export' | 'Import' | 'Restore';
export const actionKinds: ActionKind[] = ['Backup', 'Export', 'Import', 'Restore'];
export type Action = KubeObject<ActionSpec, ActionStatus> & { kind: ActionKind };

export type PlanAction = 'create' | 'update' | 'unchanged' | 'skip' | 'conflict' | 'blocked';

export interface Plan {
  summary?: Partial<Record<PlanAction, number>>;
  blockers?: { object: string; reason: string; fix?: string }[];
  notes?: string[];
  objects?: { object: string; action: PlanAction; reason?: string; fix?: string; changes?: string[] }[];
  objectsLeftOut?: number;
  needs?: { object: string; kind?: string; carried: boolean }[];
}

export interface RestorePointVolume {
  name: string;
  consistency?: Consistency;
  bytes?: number;
  files?: number;
  capacity?: string;
  storageClass?: string;
}

export interface RestorePointSpec {
  application: string;
  id: string;
  location?: Reference;
  tokenSecret?: Reference;
  kind: 'Local' | 'Exported' | 'Both';
  imported?: boolean;
}

export interface RestorePointStatus {
  createdAt?: string;
  sourceCluster?: string;
  sourceNamespace?: string;
  kubernetesVersion?: string;
  consistency?: Consistency;
  volumes?: RestorePointVolume[];
  bytes?: number;
  images?: number;
  warnings?: string[];
}

export type RestorePoint = KubeObject<RestorePointSpec, RestorePointStatus>;

export type ApplicationState = 'Running' | 'NotReady' | 'Stopped' | 'Empty' | 'Removed';

// What the server says about a namespace; `Removed` ones are derived from restore points (lib/applications.ts).
export interface Application {
  metadata: Metadata;
  namespace: string;
  state: ApplicationState;
  system?: boolean;
  labels?: Record<string, string>;
  workloads?: { kind: string; name: string; ready: number; desired: number }[];
  volumes?: { name: string; storageClass?: string; capacity?: string; phase?: string }[];
  addresses?: string[];
  createdAt?: string;
}

export interface KindMap {
  Location: Location;
  Policy: Policy;
  RestorePoint: RestorePoint;
  Backup: Action;
  Export: Action;
  Import: Action;
  Restore: Action;
  TransformSet: KubeObject;
  Application: Application;
}
export type Kind = keyof KindMap;

export interface Session {
  user: string;
  mode: 'local' | 'cluster';
  version: string;
  systemNamespace: string;
  cluster: { name: string; kubernetesVersion?: string };
  controller?: { installed: boolean; ready: boolean; version?: string };
  defaults?: { accent?: string; theme?: string; language?: string };
}

export interface LoginOptions {
  token?: boolean;
  oidc?: { name: string } | null;
}
