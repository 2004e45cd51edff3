import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { TokenInspection } from '../../api/types';
import { Facts } from '../../components/Facts';
import { Status } from '../../components/Status';
import { TimeAgo } from '../../components/TimeAgo';
import { TroubleAlert } from '../../components/TroubleAlert';
import { formatTime } from '../../lib/format';

function Reachable({ found, busy }: { found: TokenInspection; busy: boolean }) {
  const { t } = useTranslation();
  if (busy) return <Status tone="busy">{t('inspect.asking')}</Status>;
  if (found.reachable === true) {
    return (
      <Status tone="good" testid="reachable">
        {t('inspect.reachable', { count: found.restorePoints ?? 0 })}
      </Status>
    );
  }
  if (found.reachable === false) return <Status tone="bad">{t('inspect.unreachable')}</Status>;
  return <Status tone="idle">{t('inspect.needsKeys')}</Status>;
}

// What a token says of itself, and whether what it opens can be reached from here.
export function TokenCard({ found, busy }: { found: TokenInspection; busy: boolean }) {
  const { t, i18n } = useTranslation();
  return (
    <Stack gap="xs" data-testid="inspection">
      <Group justify="space-between" gap="xs">
        <Text fw={600} size="lg" className="wrap" data-testid="inspected-application">
          {found.application}
        </Text>
        <Reachable found={found} busy={busy} />
      </Group>
      <Facts
        facts={[
          [t('inspect.cluster'), found.sourceCluster],
          [t('inspect.made'), found.createdAt && <TimeAgo key="made" time={found.createdAt} />],
          [
            t('inspect.expires'),
            found.expiresAt
              ? t('inspect.until', { time: formatTime(found.expiresAt, i18n.language) })
              : t('export.expires.never'),
          ],
          [t('inspect.newest'), found.newest && <TimeAgo key="newest" time={found.newest} />],
        ]}
      />
      {found.error && <TroubleAlert trouble={found.error} />}
    </Stack>
  );
}
