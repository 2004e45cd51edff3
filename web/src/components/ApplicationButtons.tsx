import { Button, type ButtonProps } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSubmit } from '../api/hooks';
import { createObject } from '../api/objects';
import type { RestorePoint } from '../api/types';
import type { ApplicationEntry } from '../lib/applications';
import { runName } from '../lib/names';
import { ExportDialog } from '../pages/applications/ExportDialog';
import { ButtonLink } from './ButtonLink';
import { TroubleAlert } from './TroubleAlert';

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

// Exports a restore point that is in this cluster alone.
export function ExportPointButton({ point, ...rest }: ButtonProps & { point: RestorePoint }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const { application } = point.spec;
  return (
    <>
      <Button
        {...rest}
        onClick={() => setOpened(true)}
        aria-label={t('export.title', { name: application })}
        data-testid={`export-point-${point.metadata.name}`}
      >
        {t('export.submit')}
      </Button>
      {opened && <ExportDialog application={application} point={point} onClose={() => setOpened(false)} />}
    </>
  );
}

// A local restore point, at once: there is nothing to choose.
function BackupButton({ name }: { name: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { busy, trouble, run } = useSubmit();
  const begin = async () => {
    const made = runName(name);
    const done = await run(() => createObject('Backup', name, made, { application: { namespace: name } }));
    if (done) void navigate(`/actions/backup/${name}/${made}`);
  };
  return (
    <>
      <Button variant="default" loading={busy} onClick={() => void begin()} data-testid={`backup-${name}`}>
        {t('backup.button')}
      </Button>
      {trouble && <TroubleAlert trouble={trouble} />}
    </>
  );
}

export function ApplicationButtons({ entry, size }: { entry: ApplicationEntry; size?: string }) {
  return (
    <>
      {!entry.removed && !size && <BackupButton name={entry.name} />}
      {!entry.removed && <ExportButton name={entry.name} size={size} variant={size ? 'default' : 'filled'} />}
      {entry.points.length > 0 && (
        <RestoreButton name={entry.name} size={size} variant={entry.removed && !size ? 'filled' : 'default'} />
      )}
    </>
  );
}
