import { Chip, Group, Text, TextInput } from '@mantine/core';
import { IconApps, IconSearch } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useItems, useKnown } from '../../api/hooks';
import { ApplicationButtons } from '../../components/ApplicationButtons';
import { ButtonLink } from '../../components/ButtonLink';
import { DataTable, type Column } from '../../components/DataTable';
import { EmptyState } from '../../components/EmptyState';
import { Loading } from '../../components/Loading';
import { Page, Panel } from '../../components/Page';
import { StateStatus } from '../../components/Status';
import { TimeAgo } from '../../components/TimeAgo';
import {
  applicationFilters,
  createdAt,
  deriveApplications,
  matches,
  type ApplicationEntry,
  type ApplicationFilter,
} from '../../lib/applications';

function readyOf(entry: ApplicationEntry): string {
  const workloads = entry.application?.workloads ?? [];
  const sum = (pick: 'ready' | 'desired') => workloads.reduce((total, workload) => total + workload[pick], 0);
  return workloads.length > 0 ? `${sum('ready')}/${sum('desired')}` : '–';
}

function useColumns(): Column<ApplicationEntry>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      label: t('application.name'),
      narrow: 'lead',
      render: (entry) => (
        <Link className="list-link" to={`/applications/${entry.name}`}>
          {entry.name}
        </Link>
      ),
    },
    {
      key: 'state',
      label: t('application.state'),
      render: (entry) => <StateStatus state={entry.application?.state ?? 'Removed'} />,
    },
    {
      key: 'ready',
      label: t('application.ready'),
      narrow: 'labelled',
      render: (entry) => <span className="number">{readyOf(entry)}</span>,
    },
    {
      key: 'volumes',
      label: t('application.volumes'),
      narrow: 'wide',
      render: (entry) => entry.application?.volumes?.length ?? entry.points[0]?.status?.volumes?.length ?? 0,
    },
    {
      key: 'newest',
      label: t('application.newestPoint'),
      narrow: 'labelled',
      render: ({ points: [newest] }) =>
        newest ? (
          <TimeAgo time={createdAt(newest)} />
        ) : (
          <Text span size="sm" c="dimmed">
            {t('application.noPoint')}
          </Text>
        ),
    },
    {
      key: 'actions',
      label: t('common.buttons'),
      hideLabel: true,
      end: true,
      render: (entry) => (
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <ApplicationButtons entry={entry} size="xs" />
        </Group>
      ),
    },
  ];
}

function Nothing({ filter, search }: { filter: ApplicationFilter; search: string }) {
  const { t } = useTranslation();
  if (search)
    return <EmptyState Icon={IconSearch} title={t('applications.noMatch')} text={t('applications.noMatchText')} />;
  return (
    <EmptyState Icon={IconApps} title={t(`applications.none.${filter}`)} text={t('applications.noneText')}>
      <ButtonLink to="/policies/new/import">{t('overview.importButton')}</ButtonLink>
    </EmptyState>
  );
}

export default function Applications() {
  const { t } = useTranslation();
  const columns = useColumns();
  const [query, setQuery] = useSearchParams();
  const applications = useItems('Application');
  const points = useItems('RestorePoint');
  const known = useKnown('Application');
  const entries = useMemo(() => deriveApplications(applications, points), [applications, points]);
  const asked = query.get('show') as ApplicationFilter | null;
  const filter = asked && applicationFilters.includes(asked) ? asked : 'all';
  const search = query.get('q') ?? '';
  const shown = entries.filter((entry) => matches(entry, filter, search));

  const change = (name: string, value: string) =>
    setQuery(
      (previous) => {
        if (value && value !== 'all') previous.set(name, value);
        else previous.delete(name);
        return previous;
      },
      { replace: true },
    );

  return (
    <Page title={t('nav.applications')} subtitle={t('applications.subtitle')}>
      <Group justify="space-between" gap="sm">
        <Chip.Group value={filter} onChange={(value) => change('show', value as string)}>
          <Group gap={6} role="radiogroup" aria-label={t('applications.filter')}>
            {applicationFilters.map((value) => (
              <Chip key={value} value={value} size="sm" variant="outline" data-testid={`filter-${value}`}>
                {t(`applications.show.${value}`, {
                  count: entries.filter((entry) => matches(entry, value, search)).length,
                })}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
        <TextInput
          type="search"
          aria-label={t('applications.search')}
          placeholder={t('applications.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={search}
          onChange={(event) => change('q', event.currentTarget.value)}
          w={{ base: '100%', xs: 240 }}
          data-testid="search"
        />
      </Group>
      <Panel flush>
        {!known ? (
          <Loading />
        ) : shown.length > 0 ? (
          <DataTable
            label={t('nav.applications')}
            columns={columns}
            rows={shown}
            rowKey={(entry) => entry.name}
            testid="applications"
          />
        ) : (
          <Nothing filter={filter} search={search} />
        )}
      </Panel>
    </Page>
  );
}
