import { expect, test } from 'vitest';
import type { Schedule } from '../api/types';
import { defaultSchedule, formatEvery, isCron, scheduleWords, toSchedule, toScheduleForm } from './schedule';

test('a form becomes exactly one of frequency, cron and every', () => {
  const form = { ...defaultSchedule(), timeZone: 'Asia/Shanghai' };
  expect(toSchedule(form)).toEqual({ frequency: 'Daily', hour: 2, minute: 0, timeZone: 'Asia/Shanghai' });
  expect(toSchedule({ ...form, how: 'Hourly', minute: 5 })).toEqual({ frequency: 'Hourly', minute: 5 });
  expect(toSchedule({ ...form, how: 'every', everyMinutes: 15 })).toEqual({ every: '15m' });
  expect(toSchedule({ ...form, how: 'cron', cron: ' 1 2 * * 3 ', timeZone: 'UTC' })).toEqual({ cron: '1 2 * * 3' });
  expect(toSchedule({ ...form, how: 'byHand' })).toBeUndefined();
  expect(toSchedule({ ...form, how: 'Monthly', day: 31 })).toMatchObject({ frequency: 'Monthly', day: 31 });
  expect(toSchedule({ ...form, how: 'Weekly' })).toMatchObject({ frequency: 'Weekly', weekday: 'Sunday' });
});

test('a schedule in words', () => {
  const words = (schedule?: Schedule) => scheduleWords(schedule);
  expect(words()).toEqual({ key: 'byHand', values: {} });
  expect(words({ frequency: 'Daily', hour: 2, minute: 5 })).toEqual({ key: 'daily', values: { time: '02:05' } });
  expect(words({ frequency: 'Monthly', hour: 2 })).toEqual({ key: 'monthly', values: { time: '02:00', day: '1' } });
  expect(words({ every: '15m' }).key).toBe('every');
  expect(words({ cron: '* * * * *' }).key).toBe('cron');
});

test('intervals in words', () => {
  expect(formatEvery('15m', 'en')).toBe('15 minutes');
  expect(formatEvery('1d6h', 'en')).toBe('1 day, 6 hours');
  expect(formatEvery('15m', 'zh-CN')).toBe('15分钟');
});

test('a cron line has five fields', () => {
  expect(isCron('*/5 1-3 * * MON,TUE')).toBe(true);
  expect(isCron('* * * *')).toBe(false);
  expect(isCron('* * * * * *')).toBe(false);
  expect(isCron('$(x) * * * *')).toBe(false);
});

test('a schedule comes out of its form as it went in', () => {
  const schedules: (Schedule | undefined)[] = [
    undefined,
    { every: '90m' },
    { cron: '5 4 * * 1', timeZone: 'Asia/Shanghai' },
    { frequency: 'Hourly', minute: 7 },
    { frequency: 'Daily', hour: 2, minute: 30, timeZone: 'Europe/Berlin' },
    { frequency: 'Weekly', weekday: 'Friday', hour: 0, minute: 0 },
    { frequency: 'Monthly', day: 31, hour: 23, minute: 59 },
  ];
  for (const schedule of schedules) expect(toSchedule(toScheduleForm(schedule))).toEqual(schedule);
  expect(toSchedule(toScheduleForm({ every: '1d1h30m' }))).toEqual({ every: '1530m' });
});
