import { Group, SimpleGrid, Stack } from '@mantine/core';
import { IconPackageExport, IconPackageImport, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useActions, useItems, useKnown } from '../../api/hooks';
import { useSession } from '../../app/session';
import { ButtonLink } from '../../components/ButtonLink';
import { EmptyState } from '../../components/EmptyState';
import { Loading } from '../../components/Loading';
import { Page, Panel } from '../../components/Page';
import { isPlan, sortActions } from '../../lib/actions';
import { deriveApplications } from '../../lib/applications';
import { attention } from '../../lib/attention';
import { ActionList } from '../actions/ActionList';
import { ApplicationTiles } from './ApplicationTiles';
import { AttentionList } from './AttentionList';
import { LocationHealth } from './LocationHealth';

const shownActions = 6;

function FirstSteps() {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} className="even">
      <Panel testid="first-export">
        <EmptyState Icon={IconPackageExport} title={t('overview.exportTitle')} text={t('overview.exportText')}>
          <ButtonLink to="/applications">{t('overview.exportButton')}</ButtonLink>
        </EmptyState>
      </Panel>
      <Panel testid="first-import">
        <EmptyState Icon={IconPackageImport} title={t('overview.importTitle')} text={t('overview.importText')}>
          <ButtonLink to="/policies/new/import" testid="import-from-token">
            {t('overview.importButton')}
          </ButtonLink>
        </EmptyState>
      </Panel>
    </SimpleGrid>
  );
}

export default function Overview() {
  const { t } = useTranslation();
  const { cluster } = useSession().session;
  const applications = useItems('Application');
  const points = useItems('RestorePoint');
  const locations = useItems('Location');
  const policies = useItems('Policy');
  const actions = useActions();
  const known = useKnown('Location', 'Policy', 'Export');
  const shown = sortActions(actions.filter((action) => !isPlan(action)));
  const isNew = known && shown.length === 0 && policies.length === 0;

  return (
    <Page title={t('nav.overview')} subtitle={t('overview.subtitle', { cluster: cluster.name })}>
      <ApplicationTiles entries={deriveApplications(applications, points)} />
      {isNew && <FirstSteps />}
      <div className="columns">
        <Stack gap="lg">
          <AttentionList items={attention(locations, policies, actions, applications, points)} known={known} />
          {!isNew && (
            <Panel
              flush
              title={t('overview.lastActions')}
              action={
                <ButtonLink to="/actions" variant="subtle" size="compact-sm" className="flush-end">
                  {t('overview.allActions')}
                </ButtonLink>
              }
              testid="last-actions"
            >
              {known ? <ActionList actions={shown.slice(0, shownActions)} brief /> : <Loading />}
            </Panel>
          )}
        </Stack>
        <Stack gap="lg">
          <LocationHealth />
          {!isNew && (
            <Panel title={t('overview.next')}>
              <Group gap="xs">
                <ButtonLink to="/policies/new/import" variant="default" testid="import-from-token">
                  {t('overview.importButton')}
                </ButtonLink>
                <ButtonLink
                  to="/policies/new/export"
                  variant="default"
                  leftSection={<IconPlus size={16} aria-hidden />}
                >
                  {t('policies.newExport')}
                </ButtonLink>
              </Group>
            </Panel>
          )}
        </Stack>
      </div>
    </Page>
  );
}
