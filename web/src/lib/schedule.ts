// When a policy runs, as form fields and as the parts of a sentence.
import type { Frequency, Schedule, Weekday } from '../api/types';

export type ScheduleForm = {
  how: Frequency | 'every' | 'cron' | 'byHand';
  minute: number;
  hour: number;
  weekday: Weekday;
  day: number;
  everyMinutes: number;
  cron: string;
  timeZone: string;
};

export const localTimeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export function defaultSchedule(): ScheduleForm {
  return {
    how: 'Daily',
    minute: 0,
    hour: 2,
    weekday: 'Sunday',
    day: 1,
    everyMinutes: 30,
    cron: '0 2 * * *',
    timeZone: localTimeZone(),
  };
}

export function toSchedule(form: ScheduleForm): Schedule | undefined {
  const zone = form.timeZone && form.timeZone !== 'UTC' ? { timeZone: form.timeZone } : {};
  switch (form.how) {
    case 'byHand':
      return undefined;
    case 'every':
      return { every: `${form.everyMinutes}m` };
    case 'cron':
      return { cron: form.cron.trim(), ...zone };
    case 'Hourly':
      return { frequency: 'Hourly', minute: form.minute };
    case 'Daily':
      return { frequency: 'Daily', hour: form.hour, minute: form.minute, ...zone };
    case 'Weekly':
      return { frequency: 'Weekly', weekday: form.weekday, hour: form.hour, minute: form.minute, ...zone };
    case 'Monthly':
      return { frequency: 'Monthly', day: form.day, hour: form.hour, minute: form.minute, ...zone };
  }
}

const minutesOf = { d: 1440, h: 60, m: 1 } as const;

// The form of a schedule that is there.
export function toScheduleForm(schedule: Schedule | undefined): ScheduleForm {
  const form = defaultSchedule();
  if (!schedule) return { ...form, how: 'byHand' };
  const { frequency, cron, every, minute = 0, hour = 0, weekday = form.weekday, day = 1, timeZone = 'UTC' } = schedule;
  const everyMinutes = [...(every ?? '').matchAll(/(\d+)([dhm])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * minutesOf[unit as keyof typeof minutesOf],
    0,
  );
  return {
    how: frequency ?? (cron ? 'cron' : 'every'),
    minute,
    hour,
    weekday,
    day,
    everyMinutes: everyMinutes || form.everyMinutes,
    cron: cron ?? form.cron,
    timeZone,
  };
}

const two = (value: number | undefined) => String(value ?? 0).padStart(2, '0');

// A key of the texts under `schedule`, and what is put into it.
export function scheduleWords(schedule: Schedule | undefined): { key: string; values: Record<string, string> } {
  if (!schedule) return { key: 'byHand', values: {} };
  const time = `${two(schedule.hour)}:${two(schedule.minute)}`;
  if (schedule.every) return { key: 'every', values: { every: schedule.every } };
  if (schedule.cron) return { key: 'cron', values: { cron: schedule.cron } };
  switch (schedule.frequency) {
    case 'Hourly':
      return { key: 'hourly', values: { minute: two(schedule.minute) } };
    case 'Weekly':
      return { key: 'weekly', values: { time, weekday: schedule.weekday ?? 'Sunday' } };
    case 'Monthly':
      return { key: 'monthly', values: { time, day: String(schedule.day ?? 1) } };
    default:
      return { key: 'daily', values: { time } };
  }
}

export const isCron = (line: string) => line.trim().split(/\s+/).length === 5 && /^[-\w*/,\s]+$/.test(line);

const everyUnits = { d: 'day', h: 'hour', m: 'minute' } as const;

// "1d6h" in words.
export function formatEvery(every: string, language: string): string {
  const parts = [...every.matchAll(/(\d+)([dhm])/g)].map(([, count, unit]) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: everyUnits[unit as keyof typeof everyUnits],
      unitDisplay: 'long',
    }).format(Number(count)),
  );
  return new Intl.ListFormat(language, { type: 'unit' }).format(parts);
}
