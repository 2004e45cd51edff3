// The pages below the gate have a session; without one there is the login page, wherever one was.
import { Button, Center, Loader, Stack, Text } from '@mantine/core';
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, onSignedOut, troubleOf } from '../api/client';
import { getSession, logOut } from '../api/generated/operations';
import { store } from '../api/store';
import type { LoginChoice, Session, Trouble } from '../api/types';
import { TroubleAlert } from '../components/TroubleAlert';
import { Login } from '../pages/login/Login';
import { SessionContext } from './session';
import { setServerDefaults } from './settings';

type State =
  | { at: 'asking' }
  | { at: 'out'; login: LoginChoice }
  | { at: 'in'; session: Session }
  | { at: 'failed'; trouble: Trouble };

function loginOf(error: ApiError): LoginChoice | undefined {
  return (error.body as { login?: LoginChoice } | undefined)?.login;
}

export function SessionGate({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [state, setState] = useState<State>({ at: 'asking' });

  const enter = useCallback((session: Session) => {
    setServerDefaults(session.defaults, session.cluster.name);
    setState({ at: 'in', session });
  }, []);
  const ask = useCallback(() => {
    setState({ at: 'asking' });
    getSession().then(enter, (error: unknown) => {
      // A 401 has been told to the listener below.
      if (!(error instanceof ApiError && error.status === 401)) setState({ at: 'failed', trouble: troubleOf(error) });
    });
  }, [enter]);

  useEffect(() => {
    onSignedOut((error) => {
      store.clear();
      // A refused token does not say again how one may log in.
      setState((previous) => {
        const former = previous.at === 'out' ? previous.login : { token: true };
        return { at: 'out', login: loginOf(error) ?? former };
      });
    });
    ask();
  }, [ask]);

  const session = state.at === 'in' ? state.session : undefined;
  const value = useMemo(
    () =>
      session && {
        session,
        signOut: async () => {
          await logOut();
          store.clear();
          ask();
        },
      },
    [session, ask],
  );

  if (value) return <SessionContext.Provider value={value}>{children}</SessionContext.Provider>;
  if (state.at === 'out') return <Login options={state.login} onSession={enter} />;
  return (
    <Center component="main" mih="100vh" p="md">
      {state.at === 'failed' ? (
        <Stack maw={480} w="100%">
          <TroubleAlert trouble={state.trouble} title={t('app.noServer')} />
          <Button onClick={ask}>{t('common.tryAgain')}</Button>
        </Stack>
      ) : (
        <Stack align="center" gap="xs">
          <Loader aria-hidden />
          <Text c="dimmed">{t('common.loading')}</Text>
        </Stack>
      )}
    </Center>
  );
}
