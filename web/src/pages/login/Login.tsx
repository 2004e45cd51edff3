import { Anchor, Button, Center, Code, Divider, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { troubleOf } from '../../api/client';
import { beginOidc, logIn } from '../../api/generated/operations';
import type { LoginChoice, Session, Trouble } from '../../api/types';
import { Logo } from '../../app/Brand';
import { choose, languages, useSettings } from '../../app/settings';
import { languageNames } from '../../app/UserMenu';
import { TroubleAlert } from '../../components/TroubleAlert';

export function Login({ options, onSession }: { options: LoginChoice; onSession: (session: Session) => void }) {
  const { t } = useTranslation();
  const { language } = useSettings();
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [shown, setTrouble] = useState<Trouble>();
  useEffect(() => {
    document.title = `${t('login.title')} · Tranship`;
  }, [t]);

  const signIn = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setTrouble(undefined);
    try {
      onSession(await logIn({ token: token.trim() }));
    } catch (error) {
      setTrouble(troubleOf(error));
      setBusy(false);
    }
  };

  return (
    <Center component="main" mih="100vh" p="md">
      <Stack w="100%" maw={420}>
        <Group justify="center" gap="sm">
          <Logo size={36} />
          <Title order={1}>Tranship</Title>
        </Group>
        <Paper withBorder p="lg" radius="lg">
          <Stack>
            <Title order={2}>{t('login.title')}</Title>
            {options.oidc && (
              <Button component="a" href={beginOidc()} data-testid="login-oidc">
                {t('login.oidc', { name: options.oidc.name })}
              </Button>
            )}
            {options.oidc && options.token !== false && <Divider label={t('login.or')} />}
            {options.token !== false && (
              <form onSubmit={(event) => void signIn(event)}>
                <Stack>
                  <PasswordInput
                    label={t('login.token')}
                    value={token}
                    onChange={(event) => setToken(event.currentTarget.value)}
                    autoComplete="off"
                    autoFocus
                    required
                    withAsterisk={false}
                    visibilityToggleButtonProps={{ 'aria-label': t('common.showHide') }}
                    data-testid="login-token"
                  />
                  <div>
                    <Text size="sm" c="dimmed">
                      {t('login.hint')}
                    </Text>
                    <Code block mt={6}>
                      kubectl create token NAME -n NAMESPACE
                    </Code>
                  </div>
                  {shown && <TroubleAlert trouble={shown} />}
                  <Button type="submit" loading={busy} disabled={token.trim() === ''} data-testid="login-submit">
                    {t('login.submit')}
                  </Button>
                </Stack>
              </form>
            )}
          </Stack>
        </Paper>
        <Group justify="center">
          {languages.map((name) => (
            <Anchor
              key={name}
              component="button"
              type="button"
              size="sm"
              lang={name}
              fw={name === language ? 600 : undefined}
              onClick={() => choose({ language: name })}
              data-testid={`language-${name}`}
            >
              {languageNames[name]}
            </Anchor>
          ))}
        </Group>
      </Stack>
    </Center>
  );
}
