import { Button, Group, Modal, Select, Stack, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useItems, useSubmit } from '../../api/hooks';
import { createObject } from '../../api/objects';
import { useHomeNamespace, useSession } from '../../app/session';
import { LocationSelect } from '../../components/LocationSelect';
import { TroubleAlert } from '../../components/TroubleAlert';
import { isWritable, likelyLocation, usableLocations } from '../../lib/locations';
import { runName } from '../../lib/names';

const expiries = ['never', '1d', '7d', '30d'];

export function ExportDialog({ application, onClose }: { application: string; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const home = useHomeNamespace();
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
        application: { namespace: application },
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
          {t('export.text')}
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
