import { expect, test } from 'vitest';
import type { PolicySpec } from '../api/types';
import { isPolicyComplete, newPolicyForm, toPolicyForm, toPolicySpec } from './policy_form';

const specs: PolicySpec[] = [
  { applications: { namespaces: ['shop', 'team-*'], excluded: ['team-x'] }, export: { location: { name: 'depot' } } },
  {
    schedule: { frequency: 'Daily', hour: 2, minute: 0, timeZone: 'Asia/Shanghai' },
    applications: { excluded: ['kube-system'] },
    backup: {},
    export: { location: { name: 'depot' } },
    retention: { local: { latest: 3 }, exported: { daily: 7, maxAge: '90d' } },
  },
  {
    applications: {
      namespaceSelector: { matchLabels: { backup: 'yes' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] },
    },
    backup: {},
    retention: { local: { maxAge: '7d' } },
  },
];

test('a policy comes out of its form as it went in', () => {
  for (const spec of specs) expect(toPolicySpec(toPolicyForm(spec), true)).toEqual(spec);
});

test('what is switched off leaves its retention behind', () => {
  const form = toPolicyForm(specs[1] ?? {});
  expect(toPolicySpec({ ...form, backup: false }, true).retention).toEqual({ exported: { daily: 7, maxAge: '90d' } });
  expect(toPolicySpec({ ...form, export: false }, true)).not.toHaveProperty('export');
});

test('a policy does something to something, somewhere', () => {
  const form = newPolicyForm({ exported: { daily: 7 }, local: { latest: 3 } });
  expect(isPolicyComplete(form, true)).toBe(false);
  expect(isPolicyComplete({ ...form, location: 'depot' }, false)).toBe(true);
  expect(isPolicyComplete({ ...form, location: 'depot' }, true)).toBe(false);
  const shop = { ...form.applications, names: ['shop'] };
  expect(isPolicyComplete({ ...form, applications: shop, location: 'depot' }, true)).toBe(true);
  expect(isPolicyComplete({ ...form, applications: shop, export: false, backup: true }, true)).toBe(true);
  expect(isPolicyComplete({ ...form, applications: shop, export: false }, true)).toBe(false);
});
