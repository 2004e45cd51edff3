// Objects of tranship.io by kind: create, change, remove, and the few changes that mean something.
import { request } from './client';
import { store } from './store';
import type { ActionKind, ActionSpec, Kind, KindMap, KubeObject } from './types';

const plurals: Partial<Record<Kind, string>> = {
  Location: 'locations',
  Policy: 'policies',
  RestorePoint: 'restorepoints',
  Backup: 'backups',
  Export: 'exports',
  Import: 'imports',
  Restore: 'restores',
  TransformSet: 'transformsets',
};

export function objectPath(kind: Kind, namespace: string, name?: string): string {
  const base = `/namespaces/${encodeURIComponent(namespace)}/${plurals[kind]}`;
  return name ? `${base}/${encodeURIComponent(name)}` : base;
}

export async function createObject(kind: Kind, namespace: string, name: string, spec: unknown): Promise<KubeObject> {
  const made = await request<KubeObject>('POST', objectPath(kind, namespace), {
    apiVersion: 'tranship.io/v1alpha1',
    kind,
    metadata: { name, namespace },
    spec,
  });
  store.add(kind, made as KindMap[typeof kind]);
  return made;
}

export function patchObject(kind: Kind, object: KubeObject, patch: unknown): Promise<KubeObject> {
  return request('PATCH', objectPath(kind, object.metadata.namespace ?? '', object.metadata.name), patch);
}

export function removeObject(kind: Kind, namespace: string, name: string): Promise<unknown> {
  return request('DELETE', objectPath(kind, namespace, name));
}

function annotate(kind: Kind, object: KubeObject, annotation: string) {
  return patchObject(kind, object, { metadata: { annotations: { [annotation]: new Date().toISOString() } } });
}

export const runPolicy = (policy: KubeObject) => annotate('Policy', policy, 'tranship.io/run');
export const checkLocation = (location: KubeObject) => annotate('Location', location, 'tranship.io/check');
export const pausePolicy = (policy: KubeObject, paused: boolean) =>
  patchObject('Policy', policy, { spec: { paused } });
export const cancelAction = (kind: ActionKind, action: KubeObject) =>
  patchObject(kind, action, { spec: { cancel: true } });

// Actions run once; trying again is the same wish under another name.
export function retryAction(kind: ActionKind, action: KubeObject<ActionSpec>, name: string) {
  const { cancel: _, ...spec } = action.spec;
  return createObject(kind, action.metadata.namespace ?? '', name, spec);
}
