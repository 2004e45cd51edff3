import { expect, test, vi } from 'vitest';
import { Store } from './store';

const location = (name: string, address = '') => ({
  kind: 'Location',
  metadata: { name, namespace: 'tranship' },
  spec: {},
  status: { address },
});
const application = (name: string) => ({ metadata: { name }, namespace: name, state: 'Running' });
const names = (store: Store) => store.items('Location').map(({ metadata }) => metadata.name);

test('a reset replaces all of its kind and of no other', () => {
  const store = new Store();
  store.apply('reset', { kind: 'Location', items: [location('a'), location('b')] });
  store.apply('reset', { kind: 'Application', items: [application('shop')] });
  expect(store.known('Location')).toBe(true);
  expect(store.known('Policy')).toBe(false);
  store.apply('reset', { kind: 'Location', items: [location('c')] });
  expect(names(store)).toEqual(['c']);
  expect(store.items('Application')).toHaveLength(1);
});

test('objects are added, changed and removed', () => {
  const store = new Store();
  store.apply('changed', { kind: 'Location', item: location('a') });
  store.apply('changed', { kind: 'Location', item: location('a', 's3://b') });
  expect(store.items('Location')[0]?.status?.address).toBe('s3://b');
  store.apply('removed', { kind: 'Location', namespace: 'tranship', name: 'a' });
  expect(names(store)).toEqual([]);
});

test('an application is removed by its namespace', () => {
  const store = new Store();
  store.apply('changed', { kind: 'Application', item: application('shop') });
  store.apply('removed', { kind: 'Application', namespace: 'shop', name: 'shop' });
  expect(store.items('Application')).toEqual([]);
});

test('a kind that may not be listed is known, empty and says why', () => {
  const store = new Store();
  store.apply('denied', { kind: 'Location', error: { code: 'kube.Forbidden', message: 'no' } });
  expect(store.known('Location')).toBe(true);
  expect(store.denied('Location')?.code).toBe('kube.Forbidden');
  store.apply('reset', { kind: 'Location', items: [] });
  expect(store.denied('Location')).toBeUndefined();
});

test('the list is the same until something changes, and listeners are told once', async () => {
  const store = new Store();
  store.apply('reset', { kind: 'Location', items: [location('a')] });
  const before = store.items('Location');
  expect(store.items('Location')).toBe(before);
  await Promise.resolve();
  const told = vi.fn();
  const stop = store.subscribe(told);
  store.apply('changed', { kind: 'Location', item: location('b') });
  store.apply('changed', { kind: 'Location', item: location('c') });
  await Promise.resolve();
  expect(told).toHaveBeenCalledTimes(1);
  expect(store.items('Location')).not.toBe(before);
  stop();
  store.clear();
  await Promise.resolve();
  expect(told).toHaveBeenCalledTimes(1);
});

test('what was just made does not replace what the stream told already', () => {
  const store = new Store();
  store.apply('changed', { kind: 'Location', item: location('a', 'newer') });
  store.add('Location', location('a', 'older') as never);
  store.add('Location', location('b') as never);
  expect(store.items('Location')[0]?.status?.address).toBe('newer');
  expect(names(store)).toEqual(['a', 'b']);
});

test('events of an unknown sort change nothing', () => {
  const store = new Store();
  store.apply('hello', { kind: 'Location', items: [location('a')] });
  expect(names(store)).toEqual([]);
});
