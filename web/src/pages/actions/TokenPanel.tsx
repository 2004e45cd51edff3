import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconEye, IconEyeOff, IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { getExportToken } from '../../api/generated/operations';
import { useSubmit } from '../../api/hooks';
import type { Action } from '../../api/types';
import { CopyButton } from '../../components/CopyButton';
import { TroubleAlert } from '../../components/TroubleAlert';

const masked = '•'.repeat(48);

// The transfer token opens the application's data: it is fetched when it is wanted, and hidden until it is shown.
export function TokenPanel({ action }: { action: Action }) {
  const { t } = useTranslation();
  const [token, setToken] = useState<string>();
  const [shown, setShown] = useState(false);
  const { busy, trouble, run } = useSubmit();
  const { namespace = '', name } = action.metadata;

  const fetchToken = async () => {
    if (token) return token;
    const fetched = (await getExportToken(namespace, name)).token;
    setToken(fetched);
    return fetched;
  };
  const toggle = async () => {
    if (shown || (await run(fetchToken))) setShown(!shown);
  };
  const copied = async () => {
    let text = '';
    await run(async () => {
      text = await fetchToken();
    });
    return text;
  };

  return (
    <section className="panel outcome" data-testid="token-panel">
      <IconKey size={28} className="tone-good" aria-hidden />
      <Stack gap="sm" style={{ minWidth: 0, flex: 1 }}>
        <div>
          <Title order={2}>{t('token.title')}</Title>
          <Text size="sm" c="dimmed" mt={4}>
            {t('token.text')}
          </Text>
        </div>
        <code className="token" data-testid="token">
          {shown && token ? token : masked}
        </code>
        {trouble && <TroubleAlert trouble={trouble} />}
        <Group gap="xs">
          <CopyButton text={copied} label={t('token.copy')} testid="copy-token" />
          <Button
            variant="default"
            loading={busy}
            leftSection={shown ? <IconEyeOff size={16} aria-hidden /> : <IconEye size={16} aria-hidden />}
            onClick={() => void toggle()}
            data-testid="show-token"
          >
            {t(shown ? 'token.hide' : 'token.show')}
          </Button>
        </Group>
      </Stack>
    </section>
  );
}
