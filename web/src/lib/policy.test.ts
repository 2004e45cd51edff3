import { expect, test } from 'vitest';
import type { Action, Location, Policy, RestorePoint } from '../api/types';
import { readyCondition } from '../testing/objects';
import { likelyLocation, usableLocations } from './locations';
import { missingClasses, neededKinds } from './plan';
import { applicationsWords, importedPoints, isWaiting, kindOf, retentionParts } from './policy';

const policy = (spec: Policy['spec']): Policy => ({ metadata: { name: 'p', namespace: 'tranship' }, spec });
const location = (name: string, ready: boolean, shared = true, namespace = 'tranship'): Location => ({
  metadata: { name, namespace },
  spec: { shared },
  status: { conditions: [readyCondition(ready)] },
});

test('what a policy is about', () => {
  expect(applicationsWords({ namespaces: ['shop', 'team-*'], excluded: ['x'] })).toEqual({
    names: ['shop'],
    prefixes: ['team-*'],
    labels: [],
    excluded: ['x'],
  });
  expect(applicationsWords({ namespaces: ['*'] })).toMatchObject({ names: [], prefixes: [] });
  expect(
    applicationsWords({
      namespaceSelector: {
        matchLabels: { backup: 'yes' },
        matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }],
      },
    }).labels,
  ).toEqual(['backup=yes', 'tier In a,b']);
  expect(kindOf(policy({ import: { location: { name: 'd' }, tokenSecret: { name: 't' } } }))).toBe('import');
  expect(retentionParts({ daily: 7, weekly: 0 })).toEqual([{ count: 'daily', value: 7 }]);
});

test('an importing policy knows what it brought by its token', () => {
  const point = (name: string, secret: string, namespace = 'tranship'): RestorePoint => ({
    metadata: { name, namespace },
    spec: { application: 'shop', id: name, kind: 'Exported', tokenSecret: { name: secret } },
    status: { createdAt: `2026-01-0${name}T00:00:00Z` },
  });
  const importing = policy({ import: { location: { name: 'd' }, tokenSecret: { name: 't' } } });
  const points = [point('1', 't'), point('2', 't'), point('3', 'other'), point('4', 't', 'elsewhere')];
  expect(importedPoints(importing, points).map(({ metadata }) => metadata.name)).toEqual(['2', '1']);
});

test('a run is waited for until the controller has obeyed', () => {
  const asked = policy({});
  asked.metadata.annotations = { 'tranship.io/run': 'now' };
  expect(isWaiting(asked)).toBe(true);
  expect(isWaiting({ ...asked, status: { lastRun: 'now' } })).toBe(false);
  expect(isWaiting(policy({}))).toBe(false);
});

test('locations of a namespace hide shared ones of the same name', () => {
  const all = [location('a', true), location('b', true, false), location('a', true, false, 'shop')];
  const names = (namespace: string) =>
    usableLocations(all, namespace, 'tranship').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  expect(names('tranship')).toEqual(['tranship/a', 'tranship/b']);
  expect(names('shop')).toEqual(['shop/a']);
  expect(names('wiki')).toEqual(['tranship/a']);
});

test('the likely location is the last one used, if it works', () => {
  const exported: Action = {
    kind: 'Export',
    metadata: { name: 'x' },
    spec: { application: { namespace: 'shop' }, location: { name: 'b' } },
    status: { phase: 'Succeeded' },
  };
  expect(likelyLocation([location('a', true), location('b', true)], [exported], 'shop')).toBe('b');
  expect(likelyLocation([location('a', true), location('b', false)], [exported], 'shop')).toBe('a');
  expect(likelyLocation([location('a', false)], [], 'shop')).toBe('a');
  expect(likelyLocation([], [], 'shop')).toBeUndefined();
});

test('what a plan asks to decide', () => {
  const needs = ['ClusterRole a', 'ClusterRole b', 'PriorityClass c'].map((object) => ({
    object,
    kind: object.split(' ')[0] ?? '',
    carried: false,
  }));
  expect(neededKinds({ needs })).toEqual([
    { kind: 'ClusterRole', names: ['a', 'b'] },
    { kind: 'PriorityClass', names: ['c'] },
  ]);
  const point: RestorePoint = {
    metadata: { name: 'p' },
    spec: { application: 'shop', id: 'p', kind: 'Exported' },
    status: {
      volumes: [
        { name: 'data', storageClass: 'standard' },
        { name: 'log', storageClass: 'fast' },
      ],
    },
  };
  expect(missingClasses(point, ['fast'], [])).toEqual([{ source: 'standard', volumes: ['data'] }]);
  expect(missingClasses(point, ['fast', 'standard'], [])).toEqual([]);
});
