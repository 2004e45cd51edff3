import { Button, type ButtonProps } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useDenied, useKnown, useSubmit } from '../api/hooks';
import { createObject } from '../api/objects';
import { useHomeNamespace } from '../app/session';
import type { ApplicationEntry } from '../lib/applications';
import { runName } from '../lib/names';
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

// Only where the controller makes local restore points.
export function BackupButton({ name, ...rest }: ButtonProps & { name: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const home = useHomeNamespace();
  const served = useKnown('Backup');
  const denied = useDenied('Backup');
  const { busy, trouble, run } = useSubmit();
  if (!served || denied) return null;
  const submit = async () => {
    const action = runName(name);
    const spec = { application: { namespace: name } };
    if (await run(() => createObject('Backup', home, action, spec)))
      void navigate(`/actions/backup/${home}/${action}`);
  };
  return (
    <Button
      {...rest}
      loading={busy}
      title={trouble?.message}
      onClick={() => void submit()}
      data-testid={`backup-${name}`}
    >
      {t('backup.submit')}
    </Button>
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
