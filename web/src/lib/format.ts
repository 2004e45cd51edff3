// Numbers and times as people read them, in the language chosen.

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return '–';
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
];

// "3 minutes ago", "in 2 hours", "now".
export function formatRelative(time: string | undefined, now: number, language: string): string {
  if (!time) return '–';
  const seconds = (Date.parse(time) - now) / 1000;
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit);
  }
  return words.format(0, 'second');
}

export function formatTime(time: string | undefined, language: string): string {
  if (!time) return '–';
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time));
}

const durationUnits = {
  en: { hour: 'h', minute: 'min', second: 's' },
  zh: { hour: '小时', minute: '分钟', second: '秒' },
};

// Seconds as "45 s", "3 min 20 s", "2 h 5 min"; "3 分钟 20 秒".
export function formatDuration(seconds: number, language: string): string {
  const whole = Math.max(0, Math.round(seconds));
  const { hour, minute, second } = durationUnits[language.startsWith('zh') ? 'zh' : 'en'];
  const two = (large: number, largeUnit: string, small: number, smallUnit: string) =>
    small ? `${large} ${largeUnit} ${small} ${smallUnit}` : `${large} ${largeUnit}`;
  if (whole < 60) return `${whole} ${second}`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return two(minutes, minute, whole % 60, second);
  return two(Math.floor(minutes / 60), hour, minutes % 60, minute);
}

// How long what is left takes at this rate; nothing where it cannot be known.
export function secondsLeft(done?: number, total?: number, rate?: number): number | undefined {
  if (!rate || !total || done === undefined || done >= total) return undefined;
  return (total - done) / rate;
}

export function percent(done: number | undefined, total: number | undefined): number {
  if (!total || done === undefined) return 0;
  return Math.min(100, Math.floor((done / total) * 100));
}

// An application's address as a link; nothing for one that only pods can reach.
export function linkOf(address: string): string | undefined {
  if (/\.svc(:\d+)?$/.test(address)) return undefined;
  return /^[a-z]+:\/\//i.test(address) ? address : `http://${address}`;
}
