// Reads a transfer token as it is pasted, and asks again when it is known with what the location could be opened.
import { useEffect, useState } from 'react';
import { ApiError, troubleOf } from '../../api/client';
import { inspectToken } from '../../api/generated/operations';
import type { TokenInspection, TokenInspectionRequest, Trouble } from '../../api/types';

const quietMilliseconds = 350;

export interface Inspection {
  busy: boolean;
  found?: TokenInspection;
  trouble?: Trouble; // the token itself is not one
}

export function useInspection(request: TokenInspectionRequest, namespace: string): Inspection {
  const [answer, setAnswer] = useState<Inspection & { token?: string }>({ busy: false });
  const body = request.token ? JSON.stringify(request) : '';
  const { token } = request;
  useEffect(() => {
    if (!body) {
      setAnswer({ busy: false });
      return undefined;
    }
    // What is known of the same token stays in view while more is asked.
    setAnswer((previous) => (previous.token === token ? { ...previous, busy: true } : { busy: true, token }));
    const ending = new AbortController();
    const timer = setTimeout(() => {
      inspectToken(namespace, JSON.parse(body) as TokenInspectionRequest, ending.signal).then(
        (found) => setAnswer({ busy: false, found, token }),
        (error: unknown) => {
          if (ending.signal.aborted || (error instanceof ApiError && error.status === 401)) return;
          setAnswer({ busy: false, trouble: troubleOf(error), token });
        },
      );
    }, quietMilliseconds);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [body, token, namespace]);
  return answer;
}
