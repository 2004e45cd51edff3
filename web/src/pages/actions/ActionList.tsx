import { Progress, Stack, Text } from '@mantine/core';
import { IconDatabaseExport, IconDeviceFloppy, IconPackageImport, IconRestore } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useItems } from '../../api/hooks';
import type { Action } from '../../api/types';
import { useServerWords } from '../../app/server_texts';
import { DataTable, type Column } from '../../components/DataTable';
import { PhaseStatus } from '../../components/Status';
import { TimeAgo } from '../../components/TimeAgo';
import { Words } from '../../components/Words';
import { actionPath, phaseOf, stepWord } from '../../lib/actions';
import { subjectOf } from '../../lib/applications';
import { formatBytes, formatDuration, percent } from '../../lib/format';
import { useActionTitle } from './useActionTitle';

export const actionIcons = {
  Backup: IconDeviceFloppy,
  Export: IconDatabaseExport,
  Import: IconPackageImport,
  Restore: IconRestore,
};

function Doing({ action }: { action: Action }) {
  const { t, i18n } = useTranslation();
  const { explain } = useServerWords();
  const { progress, step, error, startTime, completionTime } = action.status ?? {};
  const phase = phaseOf(action);
  if (phase === 'Running') {
    const done = percent(progress?.bytesDone, progress?.bytesTotal);
    return (
      <Stack gap={4} miw={120}>
        <Text size="sm">{step ? t(`step.${stepWord(action.kind, step)}`) : t('phase.Running')}</Text>
        {progress?.bytesTotal ? <Progress value={done} size="sm" aria-label={t('action.progress')} /> : null}
      </Stack>
    );
  }
  if (phase === 'Failed' && error) {
    return (
      <Text size="sm" lineClamp={2} className="wrap">
        <Words text={explain(error).message} />
      </Text>
    );
  }
  if (startTime && completionTime) {
    const seconds = (Date.parse(completionTime) - Date.parse(startTime)) / 1000;
    const bytes = progress?.bytesTotal ?? progress?.bytesDone;
    return (
      <span className="number">
        {formatDuration(seconds, i18n.language)}
        {bytes ? ` · ${formatBytes(bytes)}` : ''}
      </span>
    );
  }
  return null;
}

export function ActionList({ actions, brief }: { actions: Action[]; brief?: boolean }) {
  const { t } = useTranslation();
  const points = useItems('RestorePoint');
  const title = useActionTitle();
  const columns: Column<Action>[] = [
    {
      key: 'what',
      label: t('action.what'),
      narrow: 'lead',
      render: (action) => {
        const Icon = actionIcons[action.kind];
        const subject = subjectOf(action, points);
        const target =
          action.kind === 'Restore' ? (action.status?.targetNamespace ?? action.spec.targetNamespace) : undefined;
        return (
          <span className="with-icon">
            <Icon size={18} stroke={1.6} aria-hidden />
            <span>
              <Link className="list-link" to={actionPath(action)}>
                {title(action, subject)}
              </Link>
              {target && target !== subject && (
                <>
                  {' '}
                  <Text span c="dimmed" size="sm" className="whole">{`→ ${target}`}</Text>
                </>
              )}
            </span>
          </span>
        );
      },
    },
    { key: 'phase', label: t('action.phase'), render: (action) => <PhaseStatus phase={phaseOf(action)} /> },
    { key: 'doing', label: t('action.doing'), render: (action) => <Doing action={action} /> },
    ...(brief
      ? []
      : [
          {
            key: 'namespace',
            label: t('common.namespace'),
            narrow: 'wide' as const,
            render: (action: Action) => action.metadata.namespace,
          },
        ]),
    {
      key: 'when',
      label: t('action.when'),
      end: true,
      render: (action) => <TimeAgo time={action.status?.startTime ?? action.metadata.creationTimestamp} />,
    },
  ];
  return (
    <DataTable
      label={t('nav.actions')}
      columns={columns}
      rows={actions}
      rowKey={(action) => `${action.kind}-${action.metadata.namespace}-${action.metadata.name}`}
      testid="actions"
    />
  );
}
