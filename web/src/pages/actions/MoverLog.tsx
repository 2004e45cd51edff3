import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFetch } from '../../api/hooks';
import { getBackupLog, getExportLog, getImportLog, getRestoreLog } from '../../api/generated/operations';
import type { Action } from '../../api/types';
import { Panel } from '../../components/Page';
import { TroubleAlert } from '../../components/TroubleAlert';
import { isOver } from '../../lib/actions';

const logs = { Backup: getBackupLog, Export: getExportLog, Import: getImportLog, Restore: getRestoreLog };

// The movers' own words while they run; fetched when somebody wants to see them.
export function MoverLog({ action }: { action: Action }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(false);
  const { namespace = '', name } = action.metadata;
  const key = wanted ? `${action.kind}/${namespace}/${name}` : undefined;
  const { data, error, loading, reload } = useFetch(key, (signal) => logs[action.kind](namespace, name, signal));
  if (isOver(action) && !wanted) return null;
  return (
    <Panel
      title={t('action.log')}
      action={
        <Button
          variant="subtle"
          className="flush-end"
          size="compact-sm"
          loading={loading}
          onClick={() => (wanted ? reload() : setWanted(true))}
          data-testid="show-log"
        >
          {t(wanted ? 'action.logAgain' : 'action.logShow')}
        </Button>
      }
    >
      {!wanted && (
        <Text size="sm" c="dimmed">
          {t('action.logText')}
        </Text>
      )}
      {error && <TroubleAlert trouble={error} />}
      {data && data.lines.length === 0 && <Text size="sm">{t('action.logEmpty')}</Text>}
      {data && data.lines.length > 0 && (
        <pre className="code" tabIndex={0} aria-label={t('action.log')}>
          {data.lines.join('\n')}
        </pre>
      )}
    </Panel>
  );
}
