import { Button, Group, Modal, Select, Stack, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useItems, useSubmit } from '../../api/hooks';
import { createObject } from '../../api/objects';
import type { RestorePoint } from '../../api/types';
import { useHomeNamespace, useSession } from '../../app/session';
import { LocationSelect } from '../../components/LocationSelect';
import { TroubleAlert } from '../../components/TroubleAlert';
import { createdAt } from '../../lib/applications';
import { formatTime } from '../../lib/format';
import { isWritable, likelyLocation, usableLocations } from '../../lib/locations';
import { runName } from '../../lib/names';

const expiries = ['never', '1d', '7d', '30d'];

interface ExportDialogProps {
  application: string;
  point?: RestorePoint; // a local one; absent: the application as it is now
  onClose: () => void;
}

export function ExportDialog({ application, point, onClose }: ExportDialogProps) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const chosenHome = useHomeNamespace();
  // An export names restore points of its own namespace alone.
  const home = point?.metadata.namespace ?? chosenHome;
  const { session } = useSession();
  const locations = usableLocations(useItems('Location'), home, session.systemNamespace).filter(isWritable);
  const likely = likelyLocation(locations, useItems('Export'), application);
  const [chosen, setChosen] = useState<string>();
  const [token, setToken] = useState(true);
  const [expiry, setExpiry] = useState('never');
  const { busy, trouble, run } = useSubmit();
  const location = chosen ?? likely;

  const submit = async () => {
    if (!location) return;
    const name = runName(application);
    const done = await run(() =>
      createObject('Export', home, name, {
        ...(point ? { restorePoint: { name: point.metadata.name } } : { application: { namespace: application } }),
        location: { name: location },
        token: { create: token, ...(token && expiry !== 'never' && { expiresAfter: expiry }) },
      }),
    );
    if (done) void navigate(`/actions/export/${home}/${name}`);
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('export.title', { name: application })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {point
            ? t('export.pointText', { time: formatTime(createdAt(point), i18n.language) })
            : t('export.text')}
        </Text>
        <LocationSelect locations={locations} value={location} onChange={setChosen} label={t('export.location')} />
        <Switch
          label={t('export.token')}
          description={t('export.tokenText')}
          checked={token}
          onChange={(event) => setToken(event.currentTarget.checked)}
          data-testid="export-token"
        />
        {token && (
          <Select
            label={t('export.expiry')}
            data={expiries.map((value) => ({ value, label: t(`export.expires.${value}`) }))}
            value={expiry}
            onChange={(value) => value && setExpiry(value)}
          />
        )}
        {trouble && <TroubleAlert trouble={trouble} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.back')}
          </Button>
          <Button loading={busy} disabled={!location} onClick={() => void submit()} data-testid="export-submit">
            {t('export.submit')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
