import { Alert, Code, Stack, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../api/types';
import { useServerWords } from '../app/server_texts';
import { Words } from './Words';

// What went wrong, and what can be done about it: the same code as in the status and on the command line, in the
// language of the pages. What the server said itself, which names names, stands below where the words are others.
export function TroubleAlert({ trouble, title }: { trouble: Trouble; title?: string }) {
  const { t } = useTranslation();
  const { code, message, fix, original } = useServerWords().explain(trouble);
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertCircle aria-hidden />}
      title={title ?? <Words text={message} />}
      data-testid="trouble"
      className="alert"
    >
      <Stack gap={6} align="flex-start">
        {title && (
          <Text size="sm" className="wrap">
            <Words text={message} />
          </Text>
        )}
        {fix && (
          <Text size="sm" className="wrap" data-testid="trouble-fix">
            <b>{t('trouble.fix')}</b> <Words text={fix} />
          </Text>
        )}
        {original && (
          <Text size="xs" className="wrap" lang="en" data-testid="trouble-original">
            {[original.message, original.fix].filter(Boolean).join('. ')}
          </Text>
        )}
        {code && <Code data-testid="trouble-code">{code}</Code>}
      </Stack>
    </Alert>
  );
}
