// The store and the server's answers inside components.
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { ApiError, troubleOf } from './client';
import { connectionState, onConnection } from './connection';
import { store } from './store';
import type { Action, Kind, KindMap, Trouble } from './types';
import { actionKinds } from './types';

export function useItems<K extends Kind>(kind: K): KindMap[K][] {
  return useSyncExternalStore(store.subscribe, () => store.items(kind));
}

export function useItem<K extends Kind>(kind: K, namespace: string | undefined, name: string | undefined) {
  return useItems(kind).find(
    (item) => item.metadata.name === name && (item.metadata.namespace ?? '') === (namespace ?? ''),
  );
}

// Whether the server has told all of these kinds at least once.
export function useKnown(...kinds: Kind[]): boolean {
  return useSyncExternalStore(store.subscribe, () => kinds.every((kind) => store.known(kind)));
}

export function useDenied(kind: Kind): Trouble | undefined {
  return useSyncExternalStore(store.subscribe, () => store.denied(kind));
}

export function useActions(): Action[] {
  const lists = [useItems('Backup'), useItems('Export'), useItems('Import'), useItems('Restore')];
  return lists.flat();
}

export const useActionsKnown = () => useKnown(...actionKinds);
export const useConnection = () => useSyncExternalStore(onConnection, connectionState);

export interface Fetched<T> {
  data?: T;
  error?: Trouble;
  loading: boolean;
  reload: () => void;
}

// Asks once for each key, which names what is asked for; undefined asks for nothing. Answers of an earlier key are
// dropped.
export function useFetch<T>(key: string | undefined, ask: (signal: AbortSignal) => Promise<T>): Fetched<T> {
  const [answer, setAnswer] = useState<{ key?: string; data?: T; error?: Trouble }>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (key === undefined) return undefined;
    const ending = new AbortController();
    ask(ending.signal).then(
      (data) => setAnswer({ key, data }),
      (error: unknown) => {
        if (ending.signal.aborted || (error instanceof ApiError && error.status === 401)) return;
        setAnswer({ key, error: troubleOf(error) });
      },
    );
    return () => ending.abort();
    // `ask` is what the key names.
  }, [key, round]);
  const current = answer.key === key ? answer : {};
  return {
    data: current.data,
    error: current.error,
    loading: key !== undefined && !current.data && !current.error,
    reload: useCallback(() => setRound((value) => value + 1), []),
  };
}

// Runs a write: busy while it is under way, the trouble when it failed.
export function useSubmit(): {
  busy: boolean;
  trouble?: Trouble;
  run: (work: () => Promise<unknown>) => Promise<boolean>;
  clear: () => void;
} {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const run = useCallback(async (work: () => Promise<unknown>) => {
    setBusy(true);
    setTrouble(undefined);
    try {
      await work();
      return true;
    } catch (error) {
      setTrouble(troubleOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return { busy, trouble, run, clear: useCallback(() => setTrouble(undefined), []) };
}
