import { Group, Text, UnstyledButton } from '@mantine/core';
import { IconDatabaseOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RestorePoint } from '../../api/types';
import { ConsistencyMark } from '../../components/ConsistencyMark';
import { EmptyState } from '../../components/EmptyState';
import { Panel } from '../../components/Page';
import { formatBytes } from '../../lib/format';
import { FileBrowser } from './FileBrowser';

export function Volumes({ point }: { point: RestorePoint }) {
  const { t } = useTranslation();
  const volumes = point.status?.volumes ?? [];
  const [picked, setPicked] = useState<string>();
  const chosen = volumes.find(({ name }) => name === picked) ?? volumes[0];
  if (!chosen) {
    return (
      <Panel>
        <EmptyState Icon={IconDatabaseOff} title={t('point.noVolumes')} text={t('point.noVolumesText')} />
      </Panel>
    );
  }
  return (
    <Panel flush>
      <div className="choices" role="radiogroup" aria-label={t('application.volumes')}>
        {volumes.map(({ name, bytes, files, capacity, storageClass, consistency }) => (
          <UnstyledButton
            key={name}
            role="radio"
            aria-checked={name === chosen.name}
            className="choice"
            onClick={() => setPicked(name)}
            data-testid={`volume-${name}`}
          >
            <Group justify="space-between" gap="xs">
              <Text size="sm" fw={600} className="wrap">
                {name}
              </Text>
              <ConsistencyMark consistency={consistency} />
            </Group>
            <Text size="xs" c="dimmed">
              {[
                formatBytes(bytes),
                files !== undefined && t('point.files', { count: files }),
                capacity && t('point.capacity', { capacity }),
                storageClass,
              ]
                .filter(Boolean)
                .join(' · ')}
            </Text>
          </UnstyledButton>
        ))}
      </div>
      {point.spec.kind === 'Local' ? (
        <Text size="sm" c="dimmed" className="panel-body">
          {t('point.filesLocal')}
        </Text>
      ) : (
        <FileBrowser key={chosen.name} point={point} volume={chosen.name} />
      )}
    </Panel>
  );
}
