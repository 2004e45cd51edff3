import { Button, type ButtonProps } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApplicationEntry } from '../lib/applications';
import { ExportDialog } from '../pages/applications/ExportDialog';
import { ButtonLink } from './ButtonLink';

export function ExportButton({ name, ...rest }: ButtonProps & { name: string }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        {...rest}
        onClick={() => setOpened(true)}
        aria-label={t('export.title', { name })}
        data-testid={`export-${name}`}
      >
        {t('export.submit')}
      </Button>
      {opened && <ExportDialog application={name} onClose={() => setOpened(false)} />}
    </>
  );
}

interface RestoreButtonProps extends ButtonProps {
  name: string;
  point?: string; // absent: the newest
  testid?: string;
}

export function RestoreButton({ name, point, testid, ...rest }: RestoreButtonProps) {
  const { t } = useTranslation();
  const query = point ? `?point=${encodeURIComponent(point)}` : '';
  return (
    <ButtonLink {...rest} to={`/applications/${name}/restore${query}`} testid={testid ?? `restore-${name}`}>
      {t('restore.button')}
    </ButtonLink>
  );
}

export function ApplicationButtons({ entry, size }: { entry: ApplicationEntry; size?: string }) {
  return (
    <>
      {!entry.removed && <ExportButton name={entry.name} size={size} variant={size ? 'default' : 'filled'} />}
      {entry.points.length > 0 && (
        <RestoreButton name={entry.name} size={size} variant={entry.removed && !size ? 'filled' : 'default'} />
      )}
    </>
  );
}
