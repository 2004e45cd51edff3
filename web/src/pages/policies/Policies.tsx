import { SimpleGrid } from '@mantine/core';
import { IconCalendarRepeat } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useItems, useKnown } from '../../api/hooks';
import { ButtonLink } from '../../components/ButtonLink';
import { EmptyState } from '../../components/EmptyState';
import { Loading } from '../../components/Loading';
import { Page, Panel } from '../../components/Page';
import { PolicyCard } from './PolicyCard';

function NewButtons() {
  const { t } = useTranslation();
  return (
    <>
      <ButtonLink to="/policies/new/import" variant="default" testid="new-import">
        {t('overview.importButton')}
      </ButtonLink>
      <ButtonLink to="/policies/new/export" testid="new-export">
        {t('policies.newExport')}
      </ButtonLink>
    </>
  );
}

export default function Policies() {
  const { t } = useTranslation();
  const policies = [...useItems('Policy')].sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  const known = useKnown('Policy');
  return (
    <Page title={t('nav.policies')} subtitle={t('policies.subtitle')} actions={policies.length > 0 && <NewButtons />}>
      {policies.length > 0 ? (
        <SimpleGrid cols={{ base: 1, md: 2 }} className="cards">
          {policies.map((policy) => (
            <PolicyCard key={`${policy.metadata.namespace}/${policy.metadata.name}`} policy={policy} />
          ))}
        </SimpleGrid>
      ) : (
        <Panel flush>
          {known ? (
            <EmptyState Icon={IconCalendarRepeat} title={t('policies.none')} text={t('policies.noneText')}>
              <NewButtons />
            </EmptyState>
          ) : (
            <Loading />
          )}
        </Panel>
      )}
    </Page>
  );
}
