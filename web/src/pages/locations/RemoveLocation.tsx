import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { removeLocationSetup } from '../../api/generated/operations';
import { useActions, useItems, useSubmit } from '../../api/hooks';
import { removeObject } from '../../api/objects';
import type { Location } from '../../api/types';
import { useSession } from '../../app/session';
import { TroubleAlert } from '../../components/TroubleAlert';
import { hangingOn } from '../../lib/locations';

// What will no longer work or be seen, before it happens.
function Consequences({ location }: { location: Location }) {
  const { t, i18n } = useTranslation();
  const { systemNamespace } = useSession().session;
  const objects = { policies: useItems('Policy'), actions: useActions(), points: useItems('RestorePoint') };
  const hanging = hangingOn(location, systemNamespace, useItems('Location'), objects);
  const listed = (items: string[]) => new Intl.ListFormat(i18n.language).format(items);
  const lines = [
    hanging.policies.length > 0 && t('locations.hangs.policies', { names: listed(hanging.policies) }),
    hanging.actions > 0 && t('locations.hangs.actions', { count: hanging.actions }),
    hanging.points > 0 &&
      t('locations.hangs.points', { count: hanging.points, names: listed(hanging.applications) }),
  ].filter((line) => line !== false);
  if (lines.length === 0) return null;
  return (
    <ul className="plain" data-testid="hanging">
      {lines.map((line) => (
        <li key={line}>
          <Text size="sm" className="wrap">
            {line}
          </Text>
        </li>
      ))}
    </ul>
  );
}

function Dialog({ location, onClose }: { location: Location; onClose: () => void }) {
  const { t } = useTranslation();
  const { busy, trouble, run } = useSubmit();
  const [secretsToo, setSecretsToo] = useState(false);
  const { name, namespace = '' } = location.metadata;
  const { s3, passphraseSecret } = location.spec;
  // Those that were made with it; others belong to somebody else.
  const secrets = [s3?.credentialsSecret?.name, passphraseSecret?.name].filter(
    (secret) => secret === `${name}-keys` || secret === `${name}-passphrase`,
  );
  const remove = async () => {
    const done = await run(() =>
      secretsToo ? removeLocationSetup(namespace, name) : removeObject('Location', namespace, name),
    );
    if (done) onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('locations.removeTitle', { name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack>
        <Text size="sm">{t('locations.removeQuestion', { name })}</Text>
        <Consequences location={location} />
        {secrets.length > 0 && (
          <Checkbox
            label={t('locations.secretsToo')}
            description={t('locations.secretsTooText', { names: secrets.join(', ') })}
            checked={secretsToo}
            onChange={(event) => setSecretsToo(event.currentTarget.checked)}
            data-testid="secrets-too"
          />
        )}
        {trouble && <TroubleAlert trouble={trouble} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.back')}
          </Button>
          <Button color="red" loading={busy} onClick={() => void remove()} data-testid="confirm">
            {t('common.remove')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

export function RemoveLocation({ location }: { location: Location }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        onClick={() => setOpened(true)}
        data-testid={`remove-${location.metadata.name}`}
      >
        {t('common.remove')}
      </Button>
      {opened && <Dialog location={location} onClose={() => setOpened(false)} />}
    </>
  );
}
