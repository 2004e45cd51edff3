import { expect, test } from 'vitest';
import type { LocationSpec } from '../api/types';
import { emptyLocation, isTestable, presetOf, samePlace, toLocationForm, toLocationSpec } from './presets';

test('a preset and a region make the endpoint', () => {
  const spec = (change: Partial<typeof emptyLocation>) =>
    toLocationSpec({ ...emptyLocation, bucket: 'team', ...change }).s3;
  expect(spec({ preset: 'aws', region: 'eu-west-1' })).toEqual({ bucket: 'team', region: 'eu-west-1' });
  expect(spec({ preset: 'cos', region: 'ap-guangzhou' })?.endpoint).toBe('https://cos.ap-guangzhou.myqcloud.com');
  expect(spec({ preset: 'oss', region: 'cn-hangzhou' })?.endpoint).toBe('https://oss-cn-hangzhou.aliyuncs.com');
  expect(spec({ preset: 'obs', region: 'cn-north-4' })?.endpoint).toBe('https://obs.cn-north-4.myhuaweicloud.com');
  expect(spec({ preset: 's3', endpoint: 'https://play.example', prefix: '/a/b/' })).toEqual({
    bucket: 'team',
    prefix: 'a/b',
    endpoint: 'https://play.example',
  });
});

test('a location becomes the form that it was made of', () => {
  const specs: LocationSpec[] = [
    { s3: { bucket: 'team', region: 'eu-west-1' }, access: 'ReadWrite', shared: true },
    {
      s3: {
        bucket: 'team',
        region: 'cn-hangzhou',
        endpoint: 'https://oss-cn-hangzhou.aliyuncs.com',
        pathStyle: false,
      },
      access: 'ReadOnly',
      shared: false,
    },
    { s3: { bucket: 'team', endpoint: 'https://play.example', caBundle: 'PEM' }, access: 'ReadWrite', shared: false },
    { nfs: { server: 'nfs.example', path: '/exports' }, access: 'ReadWrite', shared: false, moverAccess: 'Direct' },
  ];
  for (const spec of specs) expect(toLocationSpec(toLocationForm(spec))).toEqual(spec);
  expect(specs.map(presetOf)).toEqual(['aws', 'oss', 's3', 'nfs']);
});

test('a test waits until it makes sense', () => {
  const form = { ...emptyLocation, bucket: 'team', endpoint: 'https://play.example' };
  expect(isTestable(form)).toBe(true);
  expect(isTestable({ ...form, accessKeyId: 'a' })).toBe(false);
  expect(isTestable({ ...form, accessKeyId: 'a', secretAccessKey: 'b' })).toBe(true);
  expect(isTestable({ ...form, bucket: 'te' })).toBe(false);
  expect(isTestable({ ...form, endpoint: 'play.example' })).toBe(false);
  expect(isTestable({ ...form, preset: 'aws' })).toBe(false);
  expect(isTestable({ ...form, preset: 'nfs', server: 'a', path: 'b' })).toBe(false);
});

test('the same place is known by bucket, folder and endpoint', () => {
  const place = (prefix: string, endpoint: string): LocationSpec => ({ s3: { bucket: 'team', prefix, endpoint } });
  expect(samePlace(place('a', 'https://x'), { ...place('a', 'https://x/'), access: 'ReadOnly' })).toBe(true);
  expect(samePlace(place('a', 'https://x'), place('b', 'https://x'))).toBe(false);
  expect(samePlace(place('a', 'https://x'), { nfs: { server: 's', path: '/' } })).toBe(false);
  expect(samePlace({ nfs: { server: 's', path: '/' } }, { nfs: { server: 's', path: '/' } })).toBe(true);
});
