// Objects of tranship.io by kind: create, change, remove, and the few changes that mean something.
import { objects } from './generated/operations';
import { apiVersion } from './generated/types';
import { mergePatch } from '../lib/merge_patch';
import { store } from './store';
import type { ActionKind, ActionSpec, Kinds, KindMap, KubeObject, StoredKind } from './types';

// The table's functions differ in their types alone.
interface Operations {
  create: (namespace: string, body: KubeObject) => Promise<KubeObject>;
  patch: (namespace: string, name: string, body: Record<string, unknown>) => Promise<KubeObject>;
  remove: (namespace: string, name: string) => Promise<undefined>;
}
const operationsOf = (kind: StoredKind) => objects[kind] as Operations;

export async function createObject<K extends StoredKind>(
  kind: K,
  namespace: string,
  name: string,
  spec: Kinds[K]['spec'],
): Promise<KubeObject> {
  const made = await operationsOf(kind).create(namespace, { apiVersion, kind, metadata: { name, namespace }, spec });
  store.add(kind, made as KindMap[StoredKind]);
  return made;
}

// A merge patch (RFC 7396): what it does not name stays, null takes away.
export function patchObject(kind: StoredKind, object: KubeObject, patch: Record<string, unknown>): Promise<KubeObject> {
  return operationsOf(kind).patch(object.metadata.namespace ?? '', object.metadata.name, patch);
}

// Another specification in place of the object's own.
export function changeSpec<K extends StoredKind>(
  kind: K,
  object: KubeObject,
  spec: Kinds[K]['spec'],
): Promise<KubeObject> {
  return patchObject(kind, object, { spec: mergePatch({ ...(object.spec as object) }, { ...spec }) });
}

export function removeObject(kind: StoredKind, namespace: string, name: string): Promise<undefined> {
  return operationsOf(kind).remove(namespace, name);
}

function annotate(kind: StoredKind, object: KubeObject, annotation: string) {
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
  return createObject(kind, action.metadata.namespace ?? '', name, spec as Kinds[ActionKind]['spec']);
}
