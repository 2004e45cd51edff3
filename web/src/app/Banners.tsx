import { Group, Loader, Text } from '@mantine/core';
import { IconAlertTriangle, IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useConnection, useDenied } from '../api/hooks';
import { useSession } from './session';
import { useSettings } from './settings';

export function ConnectionBanner() {
  const { t } = useTranslation();
  const lost = useConnection() === 'lost';
  return (
    <div role="status">
      {lost && (
        <Group className="banner" gap="sm" wrap="nowrap" data-testid="connection-lost">
          <Loader size="xs" color="currentColor" aria-hidden />
          <Text size="sm">{t('app.connectionLost')}</Text>
        </Group>
      )}
    </div>
  );
}

// What keeps everything from working here: no controller, or no right to see all namespaces.
export function ControllerBanner() {
  const { t } = useTranslation();
  const { controller } = useSession().session;
  const { namespace } = useSettings();
  const denied = useDenied('Location') ?? useDenied('Application');
  return (
    <>
      {controller && !controller.installed && (
        <Group className="banner" gap="sm" wrap="nowrap" role="status">
          <IconAlertTriangle size={18} aria-hidden />
          <Text size="sm">
            {t('app.noController')} <code>tranship install</code>
          </Text>
        </Group>
      )}
      {denied && !namespace && (
        <Group className="banner" gap="sm" wrap="nowrap" role="status" data-testid="denied">
          <IconLock size={18} aria-hidden />
          <Text size="sm">{t('app.denied')}</Text>
        </Group>
      )}
    </>
  );
}
