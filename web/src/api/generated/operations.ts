// Made by tools/make_api.py from deploy/api/openapi.json: a function for every operation.
import { apiRoot, at, queryOf, sendJson, sendText } from '../client';
import type {
  Backup,
  Export,
  Import,
  Location,
  LocationSpec,
  Policy,
  PolicySpec,
  Restore,
  RestorePoint,
  TransformSet,
  Trouble,
} from './types';

export interface ApplicationDetail {
  address: string;
  pods: {
    name: string;
    node: string;
    phase: string;
    ready: boolean;
  }[];
  services: {
    name: string;
    ports: string[];
    type: string;
  }[];
  volumes: {
    accessModes: string[];
    capacity: string;
    mode: string;
    name: string;
    phase: string;
    storageClass: string;
  }[];
  workloads: {
    desired: number;
    images: string[];
    kind: string;
    name: string;
    ready: number;
  }[];
}

export interface ClusterFacts {
  namespaces: string[];
  storageClasses: {
    default: boolean;
    name: string;
    provisioner: string;
  }[];
}

export interface LiveEvent {
  error?: Trouble;
  item?: ApplicationView | unknown;
  items?: (ApplicationView | unknown)[];
  kind: string;
  name?: string;
  namespace?: string;
}

export interface ApplicationView {
  addresses: string[];
  createdAt?: string;
  labels: Record<string, string>;
  metadata: {
    name: string;
  };
  namespace: string;
  state: ApplicationState;
  system: boolean;
  volumes: {
    capacity: string;
    name: string;
    phase: string;
    storageClass: string;
  }[];
  workloads: {
    desired: number;
    kind: string;
    name: string;
    ready: number;
  }[];
}

export type ApplicationState = 'Running' | 'NotReady' | 'Stopped' | 'Empty';

export interface MoverLog {
  lines: string[];
}

export interface ImportSetup {
  location: string;
  name: string;
  restore?: NonNullable<PolicySpec['restore']>;
  schedule?: NonNullable<PolicySpec['schedule']>;
  token: string;
}

export interface LocationSetup {
  credentials?: Credentials;
  name: string;
  passphrase?: string;
  spec: LocationSpec;
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface LocationChange {
  credentials?: Credentials;
  passphrase?: string;
  spec: LocationSpec;
}

export interface LocationTestRequest {
  credentials?: Credentials;
  name?: string;
  passphrase?: string;
  spec: LocationSpec;
}

export interface LocationTest {
  address: string;
  applications: string[];
  error?: Trouble;
  ready: boolean;
  steps: {
    name: TestStep;
    state: 'done' | 'failed';
  }[];
}

export type TestStep = 'list' | 'write' | 'read' | 'delete';

export interface Folder {
  entries: FileEntry[];
  truncated: boolean;
}

export interface FileEntry {
  bytes: number;
  mode: string;
  modifiedAt: string;
  name: string;
  target?: string;
  type: 'file' | 'directory' | 'link' | 'other';
}

export interface Manifest {
  bytes: number;
  group: string;
  kind: string;
  name: string;
  namespace: string;
  path: string;
}

export interface TokenInspectionRequest {
  credentials?: Credentials;
  location?: string;
  spec?: LocationSpec;
  token: string;
}

export interface TokenInspection {
  application: string;
  createdAt: string;
  credentials: boolean;
  error?: Trouble;
  expiresAt: string | null;
  location: LocationSpec;
  newest?: string;
  reachable: boolean | null;
  restorePoints?: number;
  sourceCluster: string;
}

export interface Session {
  cluster: {
    kubernetesVersion: string;
    name: string;
  };
  controller: {
    installed: boolean;
    ready: boolean;
    version?: string;
  };
  defaults: Record<string, string>;
  mode: 'local' | 'cluster';
  systemNamespace: string;
  user: string;
  version: string;
}

export interface ErrorAnswer {
  error: Trouble;
  login?: LoginOptions;
}

export interface LoginOptions {
  oidc: {
    name: string;
  } | null;
  token: boolean;
}

// What an application consists of.
export const getApplication = (namespace: string, signal?: AbortSignal) =>
  sendJson<ApplicationDetail>('GET', `/applications/${at(namespace)}`, undefined, signal);

// What forms offer: StorageClasses and namespaces.
export const getCluster = (signal?: AbortSignal) =>
  sendJson<ClusterFacts>('GET', '/cluster', undefined, signal);

// Server-sent events: reset (all of a kind), changed, removed, denied.
export const events = (query: { namespace?: string } = {}) => apiRoot + '/events' + queryOf(query);

// All objects of kind Backup.
export const listBackup = (namespace: string, signal?: AbortSignal) =>
  sendJson<{ items: Backup[] }>('GET', `/namespaces/${at(namespace)}/backups`, undefined, signal);

// Makes a Backup.
export const createBackup = (namespace: string, body: Backup, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Backup>('POST', `/namespaces/${at(namespace)}/backups` + queryOf(query), body, signal);

// Removes a Backup.
export const deleteBackup = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<undefined>('DELETE', `/namespaces/${at(namespace)}/backups/${at(name)}`, undefined, signal);

// One Backup.
export const getBackup = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<Backup>('GET', `/namespaces/${at(namespace)}/backups/${at(name)}`, undefined, signal);

// Changes (RFC 7396) a Backup.
export const patchBackup = (namespace: string, name: string, body: Record<string, unknown>, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Backup>('PATCH', `/namespaces/${at(namespace)}/backups/${at(name)}` + queryOf(query), body, signal);

// Replaces a Backup.
export const replaceBackup = (namespace: string, name: string, body: Backup, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Backup>('PUT', `/namespaces/${at(namespace)}/backups/${at(name)}` + queryOf(query), body, signal);

// What the movers of a running action write.
export const getBackupLog = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<MoverLog>('GET', `/namespaces/${at(namespace)}/backups/${at(name)}/log`, undefined, signal);

// All objects of kind Export.
export const listExport = (namespace: string, signal?: AbortSignal) =>
  sendJson<{ items: Export[] }>('GET', `/namespaces/${at(namespace)}/exports`, undefined, signal);

// Makes a Export.
export const createExport = (namespace: string, body: Export, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Export>('POST', `/namespaces/${at(namespace)}/exports` + queryOf(query), body, signal);

// Removes a Export.
export const deleteExport = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<undefined>('DELETE', `/namespaces/${at(namespace)}/exports/${at(name)}`, undefined, signal);

// One Export.
export const getExport = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<Export>('GET', `/namespaces/${at(namespace)}/exports/${at(name)}`, undefined, signal);

// Changes (RFC 7396) a Export.
export const patchExport = (namespace: string, name: string, body: Record<string, unknown>, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Export>('PATCH', `/namespaces/${at(namespace)}/exports/${at(name)}` + queryOf(query), body, signal);

// Replaces a Export.
export const replaceExport = (namespace: string, name: string, body: Export, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Export>('PUT', `/namespaces/${at(namespace)}/exports/${at(name)}` + queryOf(query), body, signal);

// What the movers of a running action write.
export const getExportLog = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<MoverLog>('GET', `/namespaces/${at(namespace)}/exports/${at(name)}/log`, undefined, signal);

// The transfer token at an export's end.
export const getExportToken = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<{
  token: string;
}>('GET', `/namespaces/${at(namespace)}/exports/${at(name)}/token`, undefined, signal);

// Makes a policy that imports, and the Secret with its transfer token.
export const setUpImport = (namespace: string, body: ImportSetup, signal?: AbortSignal) =>
  sendJson<Policy>('POST', `/namespaces/${at(namespace)}/import-setups`, body, signal);

// Gives a policy that imports another transfer token.
export const changeImport = (namespace: string, name: string, body: {
  token: string;
}, signal?: AbortSignal) =>
  sendJson<Policy>('PUT', `/namespaces/${at(namespace)}/import-setups/${at(name)}`, body, signal);

// All objects of kind Import.
export const listImport = (namespace: string, signal?: AbortSignal) =>
  sendJson<{ items: Import[] }>('GET', `/namespaces/${at(namespace)}/imports`, undefined, signal);

// Makes a Import.
export const createImport = (namespace: string, body: Import, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Import>('POST', `/namespaces/${at(namespace)}/imports` + queryOf(query), body, signal);

// Removes a Import.
export const deleteImport = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<undefined>('DELETE', `/namespaces/${at(namespace)}/imports/${at(name)}`, undefined, signal);

// One Import.
export const getImport = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<Import>('GET', `/namespaces/${at(namespace)}/imports/${at(name)}`, undefined, signal);

// Changes (RFC 7396) a Import.
export const patchImport = (namespace: string, name: string, body: Record<string, unknown>, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Import>('PATCH', `/namespaces/${at(namespace)}/imports/${at(name)}` + queryOf(query), body, signal);

// Replaces a Import.
export const replaceImport = (namespace: string, name: string, body: Import, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Import>('PUT', `/namespaces/${at(namespace)}/imports/${at(name)}` + queryOf(query), body, signal);

// What the movers of a running action write.
export const getImportLog = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<MoverLog>('GET', `/namespaces/${at(namespace)}/imports/${at(name)}/log`, undefined, signal);

// Makes a location and the Secrets that it names.
export const setUpLocation = (namespace: string, body: LocationSetup, signal?: AbortSignal) =>
  sendJson<Location>('POST', `/namespaces/${at(namespace)}/location-setups`, body, signal);

// Removes a location and the Secrets that were made with it.
export const removeLocationSetup = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<undefined>('DELETE', `/namespaces/${at(namespace)}/location-setups/${at(name)}`, undefined, signal);

// Gives a location this specification, and its Secrets what is given; the others stay.
export const changeLocation = (namespace: string, name: string, body: LocationChange, signal?: AbortSignal) =>
  sendJson<Location>('PUT', `/namespaces/${at(namespace)}/location-setups/${at(name)}`, body, signal);

// Tries a location that is being typed, by doing what it is for. `name`: of an existing one, whose Secrets are used for what is not given.
export const testLocation = (namespace: string, body: LocationTestRequest, signal?: AbortSignal) =>
  sendJson<LocationTest>('POST', `/namespaces/${at(namespace)}/location-tests`, body, signal);

// All objects of kind Location.
export const listLocation = (namespace: string, signal?: AbortSignal) =>
  sendJson<{ items: Location[] }>('GET', `/namespaces/${at(namespace)}/locations`, undefined, signal);

// Makes a Location.
export const createLocation = (namespace: string, body: Location, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Location>('POST', `/namespaces/${at(namespace)}/locations` + queryOf(query), body, signal);

// Removes a Location.
export const deleteLocation = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<undefined>('DELETE', `/namespaces/${at(namespace)}/locations/${at(name)}`, undefined, signal);

// One Location.
export const getLocation = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<Location>('GET', `/namespaces/${at(namespace)}/locations/${at(name)}`, undefined, signal);

// Changes (RFC 7396) a Location.
export const patchLocation = (namespace: string, name: string, body: Record<string, unknown>, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Location>('PATCH', `/namespaces/${at(namespace)}/locations/${at(name)}` + queryOf(query), body, signal);

// Replaces a Location.
export const replaceLocation = (namespace: string, name: string, body: Location, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Location>('PUT', `/namespaces/${at(namespace)}/locations/${at(name)}` + queryOf(query), body, signal);

// All objects of kind Policy.
export const listPolicy = (namespace: string, signal?: AbortSignal) =>
  sendJson<{ items: Policy[] }>('GET', `/namespaces/${at(namespace)}/policies`, undefined, signal);

// Makes a Policy.
export const createPolicy = (namespace: string, body: Policy, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Policy>('POST', `/namespaces/${at(namespace)}/policies` + queryOf(query), body, signal);

// Removes a Policy.
export const deletePolicy = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<undefined>('DELETE', `/namespaces/${at(namespace)}/policies/${at(name)}`, undefined, signal);

// One Policy.
export const getPolicy = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<Policy>('GET', `/namespaces/${at(namespace)}/policies/${at(name)}`, undefined, signal);

// Changes (RFC 7396) a Policy.
export const patchPolicy = (namespace: string, name: string, body: Record<string, unknown>, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Policy>('PATCH', `/namespaces/${at(namespace)}/policies/${at(name)}` + queryOf(query), body, signal);

// Replaces a Policy.
export const replacePolicy = (namespace: string, name: string, body: Policy, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Policy>('PUT', `/namespaces/${at(namespace)}/policies/${at(name)}` + queryOf(query), body, signal);

// All objects of kind RestorePoint.
export const listRestorePoint = (namespace: string, signal?: AbortSignal) =>
  sendJson<{ items: RestorePoint[] }>('GET', `/namespaces/${at(namespace)}/restorepoints`, undefined, signal);

// Makes a RestorePoint.
export const createRestorePoint = (namespace: string, body: RestorePoint, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<RestorePoint>('POST', `/namespaces/${at(namespace)}/restorepoints` + queryOf(query), body, signal);

// Removes a RestorePoint.
export const deleteRestorePoint = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<undefined>('DELETE', `/namespaces/${at(namespace)}/restorepoints/${at(name)}`, undefined, signal);

// One RestorePoint.
export const getRestorePoint = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<RestorePoint>('GET', `/namespaces/${at(namespace)}/restorepoints/${at(name)}`, undefined, signal);

// Changes (RFC 7396) a RestorePoint.
export const patchRestorePoint = (namespace: string, name: string, body: Record<string, unknown>, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<RestorePoint>('PATCH', `/namespaces/${at(namespace)}/restorepoints/${at(name)}` + queryOf(query), body, signal);

// Replaces a RestorePoint.
export const replaceRestorePoint = (namespace: string, name: string, body: RestorePoint, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<RestorePoint>('PUT', `/namespaces/${at(namespace)}/restorepoints/${at(name)}` + queryOf(query), body, signal);

// A file of a volume, or a folder as a tar archive.
export const download = (namespace: string, name: string, query: { volume: string; path?: string }) => apiRoot + `/namespaces/${at(namespace)}/restorepoints/${at(name)}/download` + queryOf(query);

// A folder of a volume.
export const listFiles = (namespace: string, name: string, query: { volume: string; path?: string }, signal?: AbortSignal) =>
  sendJson<Folder>('GET', `/namespaces/${at(namespace)}/restorepoints/${at(name)}/files` + queryOf(query), undefined, signal);

// One manifest as YAML; of Secrets the values' lengths only.
export const getManifest = (namespace: string, name: string, query: { path: string }, signal?: AbortSignal) =>
  sendText('GET', `/namespaces/${at(namespace)}/restorepoints/${at(name)}/manifest` + queryOf(query), undefined, signal);

// The manifests in a restore point.
export const listManifests = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<{
  items: Manifest[];
}>('GET', `/namespaces/${at(namespace)}/restorepoints/${at(name)}/manifests`, undefined, signal);

// All objects of kind Restore.
export const listRestore = (namespace: string, signal?: AbortSignal) =>
  sendJson<{ items: Restore[] }>('GET', `/namespaces/${at(namespace)}/restores`, undefined, signal);

// Makes a Restore.
export const createRestore = (namespace: string, body: Restore, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Restore>('POST', `/namespaces/${at(namespace)}/restores` + queryOf(query), body, signal);

// Removes a Restore.
export const deleteRestore = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<undefined>('DELETE', `/namespaces/${at(namespace)}/restores/${at(name)}`, undefined, signal);

// One Restore.
export const getRestore = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<Restore>('GET', `/namespaces/${at(namespace)}/restores/${at(name)}`, undefined, signal);

// Changes (RFC 7396) a Restore.
export const patchRestore = (namespace: string, name: string, body: Record<string, unknown>, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Restore>('PATCH', `/namespaces/${at(namespace)}/restores/${at(name)}` + queryOf(query), body, signal);

// Replaces a Restore.
export const replaceRestore = (namespace: string, name: string, body: Restore, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<Restore>('PUT', `/namespaces/${at(namespace)}/restores/${at(name)}` + queryOf(query), body, signal);

// What the movers of a running action write.
export const getRestoreLog = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<MoverLog>('GET', `/namespaces/${at(namespace)}/restores/${at(name)}/log`, undefined, signal);

// What a transfer token holds, and whether what it opens can be reached: through a location that is there, or one that is being typed.
export const inspectToken = (namespace: string, body: TokenInspectionRequest, signal?: AbortSignal) =>
  sendJson<TokenInspection>('POST', `/namespaces/${at(namespace)}/token-inspections`, body, signal);

// All objects of kind TransformSet.
export const listTransformSet = (namespace: string, signal?: AbortSignal) =>
  sendJson<{ items: TransformSet[] }>('GET', `/namespaces/${at(namespace)}/transformsets`, undefined, signal);

// Makes a TransformSet.
export const createTransformSet = (namespace: string, body: TransformSet, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<TransformSet>('POST', `/namespaces/${at(namespace)}/transformsets` + queryOf(query), body, signal);

// Removes a TransformSet.
export const deleteTransformSet = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<undefined>('DELETE', `/namespaces/${at(namespace)}/transformsets/${at(name)}`, undefined, signal);

// One TransformSet.
export const getTransformSet = (namespace: string, name: string, signal?: AbortSignal) =>
  sendJson<TransformSet>('GET', `/namespaces/${at(namespace)}/transformsets/${at(name)}`, undefined, signal);

// Changes (RFC 7396) a TransformSet.
export const patchTransformSet = (namespace: string, name: string, body: Record<string, unknown>, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<TransformSet>('PATCH', `/namespaces/${at(namespace)}/transformsets/${at(name)}` + queryOf(query), body, signal);

// Replaces a TransformSet.
export const replaceTransformSet = (namespace: string, name: string, body: TransformSet, query: { dryRun?: 'true' | 'false' } = {}, signal?: AbortSignal) =>
  sendJson<TransformSet>('PUT', `/namespaces/${at(namespace)}/transformsets/${at(name)}` + queryOf(query), body, signal);

// This document.
export const openapi = (signal?: AbortSignal) =>
  sendJson<Record<string, unknown>>('GET', '/openapi.json', undefined, signal);

// Ends the session.
export const logOut = (signal?: AbortSignal) =>
  sendJson<undefined>('DELETE', '/session', undefined, signal);

// Who one is, on which cluster.
export const getSession = (signal?: AbortSignal) =>
  sendJson<Session>('GET', '/session', undefined, signal);

// Begins a session with a bearer token of the cluster.
export const logIn = (body: {
  token: string;
}, signal?: AbortSignal) =>
  sendJson<Session>('POST', '/session', body, signal);

// Sends the browser to the login provider.
export const beginOidc = () => apiRoot + '/session/oidc';

// Where the login provider sends the browser back to.
export const finishOidc = (query: { state?: string; code?: string; error?: string } = {}) => apiRoot + '/session/oidc/callback' + queryOf(query);

// What can be done to the objects of a kind.
export const objects = {
  Location: { list: listLocation, get: getLocation, create: createLocation, replace: replaceLocation, patch: patchLocation, remove: deleteLocation },
  Policy: { list: listPolicy, get: getPolicy, create: createPolicy, replace: replacePolicy, patch: patchPolicy, remove: deletePolicy },
  RestorePoint: { list: listRestorePoint, get: getRestorePoint, create: createRestorePoint, replace: replaceRestorePoint, patch: patchRestorePoint, remove: deleteRestorePoint },
  Backup: { list: listBackup, get: getBackup, create: createBackup, replace: replaceBackup, patch: patchBackup, remove: deleteBackup },
  Export: { list: listExport, get: getExport, create: createExport, replace: replaceExport, patch: patchExport, remove: deleteExport },
  Import: { list: listImport, get: getImport, create: createImport, replace: replaceImport, patch: patchImport, remove: deleteImport },
  Restore: { list: listRestore, get: getRestore, create: createRestore, replace: replaceRestore, patch: patchRestore, remove: deleteRestore },
  TransformSet: { list: listTransformSet, get: getTransformSet, create: createTransformSet, replace: replaceTransformSet, patch: patchTransformSet, remove: deleteTransformSet },
};
