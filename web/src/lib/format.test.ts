import { expect, test } from 'vitest';
import { formatBytes, formatDuration, formatRelative, linkOf, percent, secondsLeft } from './format';

test('bytes', () => {
  expect(formatBytes(undefined)).toBe('–');
  expect(formatBytes(0)).toBe('0 B');
  expect(formatBytes(1023)).toBe('1023 B');
  expect(formatBytes(1536)).toBe('1.5 KiB');
  expect(formatBytes(200 * 1024 ** 2)).toBe('200 MiB');
  expect(formatBytes(3 * 1024 ** 6)).toBe('3072 PiB');
});

test('times as they are from now, in both languages', () => {
  const now = Date.parse('2026-11-28T12:00:00Z');
  expect(formatRelative('2026-11-28T11:59:40Z', now, 'en')).toBe('now');
  expect(formatRelative('2026-11-28T09:30:00Z', now, 'en')).toBe('2 hours ago');
  expect(formatRelative('2026-11-28T12:05:00Z', now, 'en')).toBe('in 5 minutes');
  expect(formatRelative('2026-11-25T12:00:00Z', now, 'zh-CN')).toBe('3天前');
  expect(formatRelative(undefined, now, 'en')).toBe('–');
});

test('durations', () => {
  expect(formatDuration(0.2, 'en')).toBe('0 s');
  expect(formatDuration(59.6, 'en')).toBe('1 min');
  expect(formatDuration(200, 'en')).toBe('3 min 20 s');
  expect(formatDuration(7500, 'en')).toBe('2 h 5 min');
  expect(formatDuration(7, 'zh-CN')).toBe('7 秒');
  expect(formatDuration(200, 'zh-CN')).toBe('3 分钟 20 秒');
});

test('what is left, where it can be known', () => {
  expect(secondsLeft(50, 100, 10)).toBe(5);
  expect(secondsLeft(100, 100, 10)).toBeUndefined();
  expect(secondsLeft(50, 100, 0)).toBeUndefined();
  expect(secondsLeft(undefined, 100, 10)).toBeUndefined();
});

test('percent never reaches 100 before the end', () => {
  expect(percent(999, 1000)).toBe(99);
  expect(percent(1200, 1000)).toBe(100);
  expect(percent(5, undefined)).toBe(0);
});

test('addresses that a browser can follow', () => {
  expect(linkOf('10.0.0.1:30900')).toBe('http://10.0.0.1:30900');
  expect(linkOf('https://shop.example')).toBe('https://shop.example');
  expect(linkOf('shop.shop.svc:80')).toBeUndefined();
});
