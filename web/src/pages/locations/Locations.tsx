import { Button, Code, Group, Text } from '@mantine/core';
import { IconPlus, IconServer2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useItems, useKnown, useSubmit } from '../../api/hooks';
import { checkLocation } from '../../api/objects';
import type { Location } from '../../api/types';
import { useServerWords } from '../../app/server_texts';
import { useSettings } from '../../app/settings';
import { ButtonLink } from '../../components/ButtonLink';
import { DataTable, type Column } from '../../components/DataTable';
import { EmptyState } from '../../components/EmptyState';
import { Loading } from '../../components/Loading';
import { Page, Panel } from '../../components/Page';
import { ReadyStatus } from '../../components/Status';
import { TimeAgo } from '../../components/TimeAgo';
import { Words } from '../../components/Words';
import { RemoveLocation } from './RemoveLocation';

function CheckButton({ location }: { location: Location }) {
  const { t } = useTranslation();
  const { explain } = useServerWords();
  const { busy, trouble, run } = useSubmit();
  // Asked and not answered yet: the status says which value the last check was for.
  const asked = location.metadata.annotations?.['tranship.io/check'];
  const waiting =
    asked !== undefined && location.status?.checkSeen !== undefined && asked !== location.status.checkSeen;
  return (
    <Button
      size="xs"
      variant="default"
      loading={busy || waiting}
      title={trouble && explain(trouble).message}
      onClick={() => void run(() => checkLocation(location))}
      data-testid={`check-${location.metadata.name}`}
    >
      {t('locations.check')}
    </Button>
  );
}

function Health({ location }: { location: Location }) {
  const { explain } = useServerWords();
  const error = location.status?.error && explain(location.status.error);
  return (
    <>
      <ReadyStatus conditions={location.status?.conditions} />
      {error && (
        <Text size="xs" c="dimmed" maw={360} className="wrap">
          <Words text={error.message} />
          {error.fix && (
            <>
              <br />
              <Words text={error.fix} />
            </>
          )}{' '}
          {error.code && <Code>{error.code}</Code>}
        </Text>
      )}
    </>
  );
}

export default function Locations() {
  const { t } = useTranslation();
  const locations = useItems('Location');
  const known = useKnown('Location');
  const { namespace } = useSettings();
  // With one namespace chosen, those of the administrators that it may use: nothing can be done to them here.
  const isLent = (location: Location) => namespace !== '' && location.metadata.namespace !== namespace;
  const rows = [...locations].sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  const columns: Column<Location>[] = [
    {
      key: 'name',
      label: t('common.name'),
      narrow: 'lead',
      render: (location) => (
        <>
          {isLent(location) ? (
            <Text span size="sm" fw={600} className="wrap">
              {location.metadata.name}
            </Text>
          ) : (
            <Link className="list-link" to={`/locations/${location.metadata.namespace}/${location.metadata.name}`}>
              {location.metadata.name}
            </Link>
          )}
          <Text size="xs" c="dimmed" className="wrap">
            {location.status?.address}
          </Text>
        </>
      ),
    },
    { key: 'health', label: t('locations.health'), render: (location) => <Health location={location} /> },
    {
      key: 'access',
      label: t('locations.access'),
      render: ({ spec }) => (
        <>
          {t(spec.access === 'ReadOnly' ? 'access.ReadOnly' : 'access.ReadWrite')}
          {spec.shared && (
            <Text size="xs" c="dimmed">
              {t('locations.shared')}
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'applications',
      label: t('nav.applications'),
      narrow: 'labelled',
      render: ({ status }) => status?.applications ?? '–',
    },
    {
      key: 'checked',
      label: t('locations.checked'),
      narrow: 'labelled',
      render: ({ status }) => <TimeAgo time={status?.lastCheckTime} />,
    },
    {
      key: 'buttons',
      label: t('common.buttons'),
      hideLabel: true,
      end: true,
      render: (location) =>
        isLent(location) ? null : (
          <Group gap="xs" justify="flex-end" wrap="nowrap">
            <CheckButton location={location} />
            <RemoveLocation location={location} />
          </Group>
        ),
    },
  ];
  return (
    <Page
      title={t('nav.locations')}
      subtitle={t('locations.subtitle')}
      actions={
        rows.length > 0 && (
          <ButtonLink to="/locations/new" leftSection={<IconPlus size={16} aria-hidden />} testid="add-location">
            {t('locations.add')}
          </ButtonLink>
        )
      }
    >
      <Panel flush>
        {!known ? (
          <Loading />
        ) : rows.length > 0 ? (
          <DataTable
            label={t('nav.locations')}
            columns={columns}
            rows={rows}
            rowKey={({ metadata }) => `${metadata.namespace}-${metadata.name}`}
            testid="locations"
          />
        ) : (
          <EmptyState Icon={IconServer2} title={t('locations.none')} text={t('locations.noneText')}>
            <ButtonLink to="/locations/new" testid="add-location">
              {t('locations.add')}
            </ButtonLink>
          </EmptyState>
        )}
      </Panel>
    </Page>
  );
}
