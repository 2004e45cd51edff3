import { Alert, Code, Stack, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Trouble } from '../api/types';

// What went wrong, and what can be done about it: the same code and words as in the status and on the command line.
export function TroubleAlert({ trouble, title }: { trouble: Trouble; title?: string }) {
  const { t } = useTranslation();
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<IconAlertCircle aria-hidden />}
      title={title ?? trouble.message}
      data-testid="trouble"
      className="alert"
    >
      <Stack gap={6} align="flex-start">
        {title && (
          <Text size="sm" className="wrap">
            {trouble.message}
          </Text>
        )}
        {trouble.fix && (
          <Text size="sm" className="wrap" data-testid="trouble-fix">
            <b>{t('trouble.fix')}</b> {trouble.fix}
          </Text>
        )}
        {trouble.code && <Code data-testid="trouble-code">{trouble.code}</Code>}
      </Stack>
    </Alert>
  );
}
