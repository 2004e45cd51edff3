import { expect, test } from 'vitest';
import type { Action, Location, Policy, RestorePoint } from '../api/types';
import { hangingOn } from './locations';
import { toLocationForm, toLocationSpec } from './presets';

const location = (namespace: string, shared: boolean): Location => ({
  metadata: { name: 'depot', namespace },
  spec: { shared },
});
const policy = (name: string, namespace: string): Policy => ({
  metadata: { name, namespace },
  spec: { export: { location: { name: 'depot' } } },
});
const action = (phase: 'Running' | 'Failed', namespace: string): Action => ({
  kind: 'Export',
  metadata: { name: phase, namespace },
  spec: { location: { name: 'depot' } },
  status: { phase },
});
const point = (application: string, namespace: string, of?: string): RestorePoint => ({
  metadata: { name: application, namespace },
  spec: { application, id: 'x', kind: 'Exported', location: { name: 'depot', ...(of && { namespace: of }) } },
});

test('what hangs on a location: by its own namespace, and by others when it is shared', () => {
  const shared = location('tranship', true);
  const own = location('shop', false);
  const objects = {
    policies: [policy('nightly', 'tranship'), policy('mine', 'shop'), policy('theirs', 'crm')],
    actions: [action('Running', 'crm'), action('Failed', 'tranship')],
    points: [point('shop', 'shop', 'tranship'), point('crm', 'tranship'), point('crm', 'shop')],
  };
  expect(hangingOn(shared, 'tranship', [shared, own], objects)).toEqual({
    policies: ['nightly', 'theirs'],
    actions: 1,
    points: 2,
    applications: ['crm', 'shop'],
  });
  expect(hangingOn(own, 'tranship', [shared, own], objects)).toEqual({
    policies: ['mine'],
    actions: 0,
    points: 1,
    applications: ['crm'],
  });
  expect(hangingOn(location('tranship', false), 'tranship', [], objects).policies).toEqual(['nightly']);
});

test('what a form does not show stays as it is', () => {
  const spec = { nfs: { server: 'nas', path: '/srv', version: 4, port: 20490, uid: 7 }, shared: false };
  expect(toLocationSpec(toLocationForm(spec))).toEqual({ ...spec, access: 'ReadWrite' });
});
