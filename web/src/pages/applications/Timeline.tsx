import { Button, Group, Text } from '@mantine/core';
import { IconTimeline } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { RestorePoint } from '../../api/types';
import { ExportButton, ExportPointButton, RestoreButton } from '../../components/ApplicationButtons';
import { ConsistencyMark } from '../../components/ConsistencyMark';
import { EmptyState } from '../../components/EmptyState';
import { Panel } from '../../components/Page';
import { PointPlace } from '../../components/PointPlace';
import { TimeAgo } from '../../components/TimeAgo';
import { createdAt, type ApplicationEntry } from '../../lib/applications';
import { formatBytes, formatTime } from '../../lib/format';
import { TimelineStrip } from './TimelineStrip';

const shownAtFirst = 8;

function Point({ point, application }: { point: RestorePoint; application: string }) {
  const { i18n } = useTranslation();
  const { metadata, spec, status } = point;
  return (
    <li className="point" data-testid={`point-${metadata.name}`}>
      <div className="point-text">
        <Link className="list-link" to={`/restorepoints/${metadata.namespace}/${metadata.name}`}>
          {formatTime(createdAt(point), i18n.language)}
        </Link>{' '}
        <Text span size="sm" c="dimmed">
          <TimeAgo time={createdAt(point)} />
        </Text>
        <Group gap="4px 14px" mt={2}>
          <ConsistencyMark consistency={status?.consistency} />
          <Text span size="sm" className="number">
            {formatBytes(status?.bytes)}
          </Text>
          <Text span size="sm" c="dimmed" className="wrap">
            <PointPlace point={point} />
          </Text>
        </Group>
      </div>
      <Group gap="xs" justify="flex-end">
        {spec.kind === 'Local' && <ExportPointButton point={point} size="xs" variant="default" />}
        <RestoreButton
          name={application}
          point={metadata.name}
          size="xs"
          variant="default"
          testid={`restore-point-${metadata.name}`}
        />
      </Group>
    </li>
  );
}

export function Timeline({ entry }: { entry: ApplicationEntry }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const { points, name } = entry;
  const shown = all ? points : points.slice(0, shownAtFirst);
  return (
    <Panel flush title={t('point.title')} testid="timeline">
      {points.length === 0 ? (
        <EmptyState Icon={IconTimeline} title={t('point.none')} text={t('point.noneText')}>
          <ExportButton name={name} variant="light" />
        </EmptyState>
      ) : (
        <>
          <TimelineStrip points={points} />
          <ol className="points">
            {shown.map((point) => (
              <Point key={`${point.metadata.namespace}/${point.metadata.name}`} point={point} application={name} />
            ))}
          </ol>
          {points.length > shown.length && (
            <Group justify="center" pb="md">
              <Button variant="subtle" size="xs" onClick={() => setAll(true)}>
                {t('point.showAll', { count: points.length })}
              </Button>
            </Group>
          )}
        </>
      )}
    </Panel>
  );
}
