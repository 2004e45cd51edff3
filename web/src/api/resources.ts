// What is asked for once, when a form or a page opens: everything that is not an object of tranship.io.
import type { LocationSpec, PolicyRestore, Schedule, Trouble } from './types';

export interface ClusterFacts {
  storageClasses: { name: string; provisioner?: string; default?: boolean }[];
  namespaces: string[];
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

export interface LocationTestRequest {
  name?: string;
  spec: LocationSpec;
  credentials?: Credentials;
  passphrase?: string;
}

export type TestStep = 'list' | 'write' | 'read' | 'delete';

export interface LocationTest {
  ready: boolean;
  address?: string;
  steps: { name: TestStep; state: 'done' | 'failed' | 'skipped' }[];
  applications?: string[];
  error?: Trouble;
}

export interface LocationSetup {
  name: string;
  spec: LocationSpec;
  credentials?: Credentials;
  passphrase?: string;
}

export interface TokenInspection {
  application: string;
  sourceCluster?: string;
  createdAt?: string;
  expiresAt?: string | null;
  sealed?: boolean;
  location: LocationSpec;
  reachable: boolean | null;
  restorePoints?: number;
  newest?: string;
  error?: Trouble;
}

export interface TokenInspectionRequest {
  token: string;
  location?: string;
  spec?: LocationSpec;
  credentials?: Credentials;
}

export interface ImportSetup {
  name: string;
  token: string;
  location: string;
  schedule?: Schedule;
  restore?: PolicyRestore;
}

export interface ApplicationDetail {
  workloads: { kind: string; name: string; ready: number; desired: number; images?: string[] }[];
  volumes: {
    name: string;
    capacity?: string;
    storageClass?: string;
    phase?: string;
    accessModes?: string[];
    mode?: string;
  }[];
  services: { name: string; type: string; ports?: (string | number)[] }[];
  pods: { name: string; phase: string; ready: boolean; node?: string }[];
}

export interface Manifest {
  path: string;
  group?: string;
  kind: string;
  namespace?: string;
  name: string;
  bytes?: number;
}

export interface FileEntry {
  name: string;
  type: 'file' | 'directory' | 'link' | 'other';
  bytes?: number;
  mode?: string;
  modifiedAt?: string;
  target?: string;
}
