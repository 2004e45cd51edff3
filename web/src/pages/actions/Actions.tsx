import { Button, Chip, Group, Select } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useActions, useActionsKnown } from '../../api/hooks';
import { actionKinds, type ActionKind } from '../../api/types';
import { ButtonLink } from '../../components/ButtonLink';
import { EmptyState } from '../../components/EmptyState';
import { Loading } from '../../components/Loading';
import { Page, Panel } from '../../components/Page';
import { isOver, isPlan, phaseOf, sortActions } from '../../lib/actions';
import { ActionList } from './ActionList';

const phases = ['all', 'running', 'Failed', 'Succeeded', 'Cancelled'] as const;

export default function Actions() {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const known = useActionsKnown();
  const all = useActions().filter((action) => !isPlan(action));
  const phase = query.get('phase') ?? 'all';
  const kind = query.get('kind') ?? 'all';
  const shown = sortActions(
    all.filter(
      (action) =>
        (kind === 'all' || action.kind === kind) &&
        (phase === 'all' || (phase === 'running' ? !isOver(action) : phaseOf(action) === phase)),
    ),
  );
  const change = (name: string, value: string) =>
    setQuery(
      (previous) => {
        if (value === 'all') previous.delete(name);
        else previous.set(name, value);
        return previous;
      },
      { replace: true },
    );

  return (
    <Page title={t('nav.actions')} subtitle={t('actions.subtitle')}>
      <Group justify="space-between" gap="sm">
        <Chip.Group value={phase} onChange={(value) => change('phase', value as string)}>
          <Group gap={6} role="radiogroup" aria-label={t('action.phase')}>
            {phases.map((value) => (
              <Chip key={value} value={value} size="sm" variant="outline" data-testid={`filter-${value}`}>
                {t(`actions.show.${value}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        <Select
          aria-label={t('actions.kind')}
          data={['all', ...actionKinds].map((value) => ({
            value,
            label: t(`actions.kinds.${value as ActionKind | 'all'}`),
          }))}
          value={kind}
          onChange={(value) => change('kind', value ?? 'all')}
          w={{ base: '100%', xs: 200 }}
          data-testid="kind"
        />
      </Group>
      <Panel flush>
        {!known ? (
          <Loading />
        ) : shown.length > 0 ? (
          <ActionList actions={shown} />
        ) : (
          <EmptyState
            Icon={IconHistory}
            title={t(all.length > 0 ? 'actions.noMatch' : 'actions.none')}
            text={t('actions.noneText')}
          >
            {all.length > 0 ? (
              <Button variant="light" onClick={() => setQuery({}, { replace: true })}>
                {t('actions.showAll')}
              </Button>
            ) : (
              <ButtonLink to="/applications">{t('overview.exportButton')}</ButtonLink>
            )}
          </EmptyState>
        )}
      </Panel>
    </Page>
  );
}
