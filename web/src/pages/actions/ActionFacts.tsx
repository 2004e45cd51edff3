import { Anchor } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Action, NamespacedReference } from '../../api/types';
import { Facts } from '../../components/Facts';
import { Panel } from '../../components/Page';
import { isOver } from '../../lib/actions';
import { formatBytes, formatDuration, formatTime } from '../../lib/format';

export function ActionFacts({ action }: { action: Action }) {
  const { t, i18n } = useTranslation();
  const { metadata, spec, status } = action;
  const { startTime, completionTime } = status ?? {};
  const point: NamespacedReference | undefined = status?.restorePoint ?? spec.restorePoint ?? status?.newest;
  const stored =
    action.kind === 'Export' || action.kind === 'Import'
      ? (status?.bytesStored ?? status?.progress?.bytesStored)
      : undefined;
  return (
    <Panel title={t('action.facts')}>
      <Facts
        facts={[
          [t('common.name'), metadata.name],
          [t('common.namespace'), metadata.namespace],
          [t('action.location'), spec.location?.name],
          [t('action.target'), status?.targetNamespace ?? spec.targetNamespace],
          [
            t('action.point'),
            point && (
              <Anchor
                key="point"
                component={Link}
                inherit
                to={`/restorepoints/${point.namespace ?? metadata.namespace}/${point.name}`}
              >
                {point.name}
              </Anchor>
            ),
          ],
          [t('action.started'), startTime && formatTime(startTime, i18n.language)],
          [
            t('action.took'),
            startTime &&
              completionTime &&
              formatDuration((Date.parse(completionTime) - Date.parse(startTime)) / 1000, i18n.language),
          ],
          [t('action.stored'), stored !== undefined && (isOver(action) || stored > 0) && formatBytes(stored)],
          [
            t('action.added'),
            status?.added !== undefined && `${status.added} / ${status.restorePoints ?? status.added}`,
          ],
        ]}
      />
    </Panel>
  );
}
