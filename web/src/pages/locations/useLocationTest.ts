// Tests a location while it is typed: a moment after the last key, and never two answers out of order.
import { useEffect, useState } from 'react';
import { ApiError, troubleOf } from '../../api/client';
import { testLocation } from '../../api/generated/operations';
import type { LocationTest, LocationTestRequest } from '../../api/types';
import { isTestable, toLocationSpec, type LocationForm } from '../../lib/presets';

const quietMilliseconds = 600;

export interface TestState {
  state: 'waiting' | 'testing' | 'done';
  test?: LocationTest;
}

export function testRequest(form: LocationForm, existing: string | undefined): LocationTestRequest {
  const { accessKeyId, secretAccessKey, sessionToken, passphrase } = form;
  return {
    ...(existing && { name: existing }),
    spec: toLocationSpec(form),
    ...(accessKeyId &&
      secretAccessKey && { credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } }),
    ...(passphrase && { passphrase }),
  };
}

export function useLocationTest(form: LocationForm, namespace: string, existing?: string): TestState {
  const [state, setState] = useState<TestState>({ state: 'waiting' });
  const body = isTestable(form) ? JSON.stringify(testRequest(form, existing)) : '';
  useEffect(() => {
    setState({ state: body ? 'testing' : 'waiting' });
    if (!body) return undefined;
    const ending = new AbortController();
    const timer = setTimeout(() => {
      testLocation(namespace, JSON.parse(body) as LocationTestRequest, ending.signal).then(
        (test) => setState({ state: 'done', test }),
        (error: unknown) => {
          if (ending.signal.aborted || (error instanceof ApiError && error.status === 401)) return;
          setState({
            state: 'done',
            test: { ready: false, address: '', applications: [], steps: [], error: troubleOf(error) },
          });
        },
      );
    }, quietMilliseconds);
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [body, namespace]);
  return state;
}
