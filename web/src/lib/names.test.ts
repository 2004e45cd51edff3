import { expect, test } from 'vitest';
import { freeName, isName, runName, toName } from './names';

test('names as Kubernetes takes them', () => {
  expect(isName('minio-2')).toBe(true);
  for (const bad of ['', '-a', 'a-', 'A', 'a.b', 'a'.repeat(64)]) expect(isName(bad)).toBe(false);
});

test('anything becomes a name', () => {
  expect(toName('My Bucket_1!')).toBe('my-bucket-1');
  expect(isName(toName('x'.repeat(49) + '--y'))).toBe(true);
  expect(toName('***')).toBe('');
});

test('the first free name', () => {
  expect(freeName('depot', [])).toBe('depot');
  expect(freeName('depot', ['depot', 'depot-2'])).toBe('depot-3');
  expect(freeName('位置', [])).toBe('new');
});

test('names of runs are names, and tell when', () => {
  const name = runName('shop', new Date('2026-11-28T03:04:05.678Z'));
  expect(name).toBe('shop-261128-030405');
  expect(isName(runName('x'.repeat(80)))).toBe(true);
});
