import { expect, test } from 'vitest';
import type { Action, RestorePoint } from '../api/types';
import { application } from '../testing/objects';
import { deriveApplications, matches, newestFirst, subjectOf } from './applications';

const point = (name: string, of: string, createdAt: string, imported = false): RestorePoint => ({
  metadata: { name, namespace: 'tranship' },
  spec: { application: of, id: name, kind: 'Exported', imported },
  status: { createdAt },
});

test('what only restore points tell of is removed', () => {
  const entries = deriveApplications(
    [application('shop'), application('kube-system', 'Running', true)],
    [point('a', 'crm', '2026-01-01T00:00:00Z', true), point('b', 'shop', '2026-01-02T00:00:00Z')],
  );
  expect(entries.map(({ name, removed, imported }) => [name, removed, imported])).toEqual([
    ['crm', true, true],
    ['kube-system', false, false],
    ['shop', false, false],
  ]);
});

test('restore points are newest first', () => {
  const points = [point('old', 'a', '2026-01-01T00:00:00Z'), point('new', 'a', '2026-02-01T00:00:00Z')];
  expect(newestFirst(points).map(({ metadata }) => metadata.name)).toEqual(['new', 'old']);
});

test('filters', () => {
  const entries = deriveApplications(
    [application('shop'), application('wiki', 'NotReady'), application('kube-system', 'NotReady', true)],
    [point('a', 'crm', '2026-01-01T00:00:00Z')],
  );
  const shown = (filter: Parameters<typeof matches>[1], search = '') =>
    entries.filter((entry) => matches(entry, filter, search)).map(({ name }) => name);
  expect(shown('all')).toEqual(['crm', 'shop', 'wiki']);
  expect(shown('running')).toEqual(['shop']);
  expect(shown('attention')).toEqual(['wiki']);
  expect(shown('removed')).toEqual(['crm']);
  expect(shown('system')).toEqual(['kube-system']);
  expect(shown('all', ' W')).toEqual(['wiki']);
});

test('an action is of the application that it names or whose restore point it uses', () => {
  const points = [point('crm-1', 'crm', '2026-01-01T00:00:00Z')];
  const action = (spec: Action['spec'], status: Action['status'] = {}): Action => ({
    kind: 'Export',
    metadata: { name: 'x' },
    spec,
    status,
  });
  expect(subjectOf(action({ application: { namespace: 'shop' } }), points)).toBe('shop');
  expect(subjectOf(action({ restorePoint: { name: 'crm-1' } }), points)).toBe('crm');
  expect(subjectOf(action({}, { newest: { name: 'crm-1' } }), points)).toBe('crm');
  expect(subjectOf(action({}), points)).toBeUndefined();
});
