// Keeps the store fed: one stream of events, opened again whenever it ends, more slowly each time it fails.
import { ApiError, errorOf } from './client';
import { readEvents } from './event_stream';
import { events } from './generated/operations';
import { store } from './store';

export type ConnectionState = 'connecting' | 'open' | 'lost';

const retryMilliseconds = [500, 1000, 2000, 5000, 10000];
// Once the server has shown that it sends heartbeats, silence means that the connection is gone.
const silenceMilliseconds = 45000;

let state: ConnectionState = 'connecting';
const listeners = new Set<() => void>();

function become(next: ConnectionState) {
  if (state === next) return;
  state = next;
  listeners.forEach((listener) => listener());
}

export const connectionState = () => state;
export function onConnection(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

const sleep = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

async function follow(namespace: string, outer: AbortSignal, opened: () => void) {
  const attempt = new AbortController();
  const stop = () => attempt.abort();
  outer.addEventListener('abort', stop);
  let silence: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(stop, silenceMilliseconds);
  };
  try {
    const response = await fetch(events(namespace ? { namespace } : {}), {
      headers: { Accept: 'text/event-stream' },
      signal: attempt.signal,
      credentials: 'same-origin',
    });
    if (!response.ok || !response.body) throw await errorOf(response);
    opened();
    become('open');
    await readEvents(
      response.body,
      ({ event, data }) => {
        if (silence) heard();
        store.apply(event, JSON.parse(data));
      },
      heard,
    );
  } finally {
    clearTimeout(silence);
    outer.removeEventListener('abort', stop);
  }
}

// Follows the objects of one namespace, or of all with ''. Ends with the function it returns, and when signed out.
export function connect(namespace: string): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  become('connecting');
  void (async () => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await follow(namespace, signal, () => {
          failures = 0;
        });
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return;
      }
      if (signal.aborted) return;
      become('lost');
      await sleep(retryMilliseconds[Math.min(failures, retryMilliseconds.length - 1)] ?? 1000, signal);
      failures += 1;
    }
  })();
  return () => ending.abort();
}
