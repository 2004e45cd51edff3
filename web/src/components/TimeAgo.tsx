import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { formatRelative, formatTime } from '../lib/format';

// One clock for the whole page.
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach((each) => each());
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

// The time, exact to a number of seconds: components are drawn again no more often than that.
export function useNow(seconds: number): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now / (seconds * 1000)) * seconds * 1000);
}

export function TimeAgo({ time }: { time: string | undefined }) {
  const { i18n } = useTranslation();
  const minute = useNow(20);
  if (!time) return <span>–</span>;
  // The clock of the page is rounded down: what has just happened is not in the future.
  const at = Math.abs(Date.parse(time) - minute) < 20000 ? Date.parse(time) : minute;
  return (
    <time dateTime={time} title={formatTime(time, i18n.language)}>
      {formatRelative(time, at, i18n.language)}
    </time>
  );
}
