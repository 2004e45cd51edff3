// The store and the server's answers inside components.
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { ApiError, get, troubleOf } from './client';
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

export const useActionsKnown = () => useKnown(...actionKinds.filter((kind) => kind !== 'Backup'));
export const useConnection = () => useSyncExternalStore(onConnection, connectionState);

export interface Fetched<T> {
  data?: T;
  error?: Trouble;
  loading: boolean;
  reload: () => void;
}

// Asks once for each path; undefined asks for nothing. Answers of an earlier path are dropped.
export function useFetch<T>(
  path: string | undefined,
  read: (path: string, signal: AbortSignal) => Promise<T> = get,
): Fetched<T> {
  const [answer, setAnswer] = useState<{ path?: string; data?: T; error?: Trouble }>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!path) return undefined;
    const ending = new AbortController();
    read(path, ending.signal).then(
      (data) => setAnswer({ path, data }),
      (error: unknown) => {
        if (ending.signal.aborted || (error instanceof ApiError && error.status === 401)) return;
        setAnswer({ path, error: troubleOf(error) });
      },
    );
    return () => ending.abort();
    // `read` is one of two functions that never change.
  }, [path, round]);
  const current = answer.path === path ? answer : {};
  return {
    data: current.data,
    error: current.error,
    loading: path !== undefined && !current.data && !current.error,
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
