import { expect, test } from 'vitest';
import type { Action, ActionStatus } from '../api/types';
import { actionPath, kindOfPath, sortActions, stepStates, stepWord } from './actions';
import { attention } from './attention';
import { application, readyCondition } from '../testing/objects';

const action = (name: string, status: ActionStatus, kind: Action['kind'] = 'Export', of = 'shop'): Action => ({
  kind,
  metadata: { name, namespace: 'tranship', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { application: { namespace: of } },
  status,
});

test('running ones come first, then the newest', () => {
  const sorted = sortActions([
    action('old', { phase: 'Succeeded', startTime: '2026-01-01T00:00:00Z' }),
    action('new', { phase: 'Failed', startTime: '2026-02-01T00:00:00Z' }),
    action('running', { phase: 'Running', startTime: '2025-01-01T00:00:00Z' }),
  ]);
  expect(sorted.map(({ metadata }) => metadata.name)).toEqual(['running', 'new', 'old']);
});

test('steps of an action', () => {
  const states = (status: ActionStatus) => stepStates(action('a', status)).map(({ state }) => state);
  expect(states({ phase: 'Pending' })).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);
  expect(states({ phase: 'Running' })).toEqual(['active', 'waiting', 'waiting', 'waiting']);
  expect(states({ phase: 'Running', step: 'volumes-out' })).toEqual(['done', 'done', 'active', 'waiting']);
  expect(states({ phase: 'Failed', step: 'capture' })).toEqual(['done', 'failed', 'waiting', 'waiting']);
  expect(states({ phase: 'Succeeded', step: 'save' })).toEqual(['done', 'done', 'done', 'done']);
});

test('a path leads back to its kind', () => {
  expect(actionPath(action('a', {}, 'Restore'))).toBe('/actions/restore/tranship/a');
  expect(kindOfPath('restore')).toBe('Restore');
  expect(kindOfPath('secrets')).toBeUndefined();
});

test('a failure counts until the same was tried again', () => {
  const failed = action('one', { phase: 'Failed', startTime: '2026-01-01T00:00:00Z', error: { message: 'no' } });
  const names = (...actions: Action[]) => attention([], [], actions, [], []).map(({ name }) => name);
  expect(names(failed)).toEqual(['shop']);
  expect(names(failed, action('two', { phase: 'Succeeded', startTime: '2026-01-02T00:00:00Z' }))).toEqual([]);
  expect(names(failed, action('two', { phase: 'Running', startTime: '2026-01-02T00:00:00Z' }))).toEqual(['shop']);
  expect(names(failed, action('x', { phase: 'Succeeded', startTime: '2026-01-02T00:00:00Z' }, 'Export', 'b'))).toEqual(
    ['shop'],
  );
});

test('a location that is not ready and an application that does not run', () => {
  const found = attention(
    [
      {
        metadata: { name: 'depot', namespace: 'tranship' },
        spec: {},
        status: { conditions: [readyCondition(false, 'X', 'gone')] },
      },
    ],
    [],
    [],
    [
      application('shop', 'NotReady'),
      application('kube-system', 'NotReady', true),
    ],
    [],
  );
  expect(found.map(({ kind, name, to }) => [kind, name, to])).toEqual([
    ['location', 'depot', '/locations/tranship/depot'],
    ['application', 'shop', '/applications/shop'],
  ]);
});

test('only a backup takes snapshots instead of reading volumes', () => {
  expect(stepWord('Backup', 'volumes-out')).toBe('snapshots');
  expect(stepWord('Export', 'volumes-out')).toBe('volumes-out');
  expect(stepWord('Backup', 'save')).toBe('save');
});
