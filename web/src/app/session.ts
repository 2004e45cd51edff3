// Who is signed in; the gate (SessionGate.tsx) says it to the pages below it.
import { createContext, useContext } from 'react';
import type { Session } from '../api/types';
import { useSettings } from './settings';

interface SessionValue {
  session: Session;
  signOut: () => Promise<void>;
}

export const SessionContext = createContext<SessionValue | undefined>(undefined);

export function useSession(): SessionValue {
  const value = useContext(SessionContext);
  if (!value) throw new Error('useSession outside of SessionGate');
  return value;
}

// Where new objects go: the namespace chosen as scope, or the administrators' one.
export function useHomeNamespace(): string {
  const { session } = useSession();
  return useSettings().namespace || session.systemNamespace;
}
