import { Group, Stack, Text } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useActions, useItems, useKnown } from '../../api/hooks';
import { Address } from '../../components/Address';
import { ApplicationButtons } from '../../components/ApplicationButtons';
import { ButtonLink } from '../../components/ButtonLink';
import { EmptyState } from '../../components/EmptyState';
import { Loading } from '../../components/Loading';
import { Page, Panel } from '../../components/Page';
import { StateStatus } from '../../components/Status';
import { isPlan, sortActions } from '../../lib/actions';
import { deriveApplications, subjectOf } from '../../lib/applications';
import { ActionList } from '../actions/ActionList';
import { ApplicationContent } from './ApplicationContent';
import { Timeline } from './Timeline';

const shownActions = 5;

function Addresses({ addresses }: { addresses: string[] }) {
  return (
    <>
      {addresses.map((address) => (
        <Address key={address} address={address} size="sm" />
      ))}
    </>
  );
}

export default function ApplicationPage() {
  const { t } = useTranslation();
  const { name = '' } = useParams();
  const points = useItems('RestorePoint');
  const applications = useItems('Application');
  const actions = useActions();
  const known = useKnown('Application', 'RestorePoint');
  const entry = deriveApplications(applications, points).find((each) => each.name === name);
  const back = { to: '/applications', label: t('nav.applications') };

  if (!entry) {
    return (
      <Page title={name} back={back}>
        <Panel>
          {known ? (
            <EmptyState Icon={IconMapQuestion} title={t('application.unknown')} text={t('application.unknownText')}>
              <ButtonLink to="/applications">{t('nav.applications')}</ButtonLink>
            </EmptyState>
          ) : (
            <Loading />
          )}
        </Panel>
      </Page>
    );
  }
  const own = sortActions(
    actions.filter(
      (action) => !isPlan(action) && (subjectOf(action, points) === name || action.spec.targetNamespace === name),
    ),
  );
  return (
    <Page
      title={name}
      back={back}
      subtitle={
        <Group gap="md">
          <StateStatus state={entry.application?.state ?? 'Removed'} />
          <Addresses addresses={entry.application?.addresses ?? []} />
        </Group>
      }
      actions={<ApplicationButtons entry={entry} />}
    >
      {entry.removed && <Text size="sm">{t('application.removedText')}</Text>}
      <div className="columns">
        <Stack gap="lg">
          <Timeline entry={entry} />
          {own.length > 0 && (
            <Panel flush title={t('nav.actions')}>
              <ActionList actions={own.slice(0, shownActions)} brief />
            </Panel>
          )}
        </Stack>
        <Stack gap="lg">{entry.application && <ApplicationContent namespace={entry.application.namespace} />}</Stack>
      </div>
    </Page>
  );
}
