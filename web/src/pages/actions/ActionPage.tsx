import { Button, Group, Stack, Text } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { useActionsKnown, useItem, useItems, useSubmit } from '../../api/hooks';
import { cancelAction, retryAction } from '../../api/objects';
import type { Action } from '../../api/types';
import { ButtonLink } from '../../components/ButtonLink';
import { ConfirmButton } from '../../components/ConfirmButton';
import { EmptyState } from '../../components/EmptyState';
import { Loading } from '../../components/Loading';
import { Page, Panel } from '../../components/Page';
import { PlanView } from '../../components/plan/PlanView';
import { PhaseStatus } from '../../components/Status';
import { TimeAgo } from '../../components/TimeAgo';
import { TroubleAlert } from '../../components/TroubleAlert';
import { actionPath, isOver, kindOfPath, phaseOf } from '../../lib/actions';
import { subjectOf } from '../../lib/applications';
import { runName } from '../../lib/names';
import { ActionFacts } from './ActionFacts';
import { ActionProgress } from './ActionProgress';
import { MoverLog } from './MoverLog';
import { Outcome } from './Outcome';
import { Warnings } from './Warnings';
import { useActionTitle } from './useActionTitle';

function Buttons({ action }: { action: Action }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { busy, trouble, run } = useSubmit();
  const phase = phaseOf(action);
  const retry = async () => {
    // Its own name without the moment at the end.
    const name = runName(action.metadata.name.replace(/-\d{6}-\d{6}$/, ''));
    const done = await run(() => retryAction(action.kind, action, name));
    if (done) void navigate(actionPath({ ...action, metadata: { ...action.metadata, name } }));
  };
  return (
    <>
      {trouble && <TroubleAlert trouble={trouble} />}
      {!isOver(action) && (
        <ConfirmButton
          label={t('action.cancel')}
          question={t('action.cancelQuestion')}
          onConfirm={() => cancelAction(action.kind, action)}
          disabled={action.spec.cancel}
          testid="cancel"
        />
      )}
      {(phase === 'Failed' || phase === 'Cancelled') && (
        <Button onClick={() => void retry()} loading={busy} data-testid="retry">
          {t('action.retry')}
        </Button>
      )}
    </>
  );
}

function Content({ action }: { action: Action }) {
  const { t } = useTranslation();
  const { status, spec } = action;
  return (
    <>
      {status?.error && phaseOf(action) !== 'Succeeded' && <TroubleAlert trouble={status.error} />}
      <Outcome action={action} />
      <div className="columns">
        <Stack gap="lg">
          <ActionProgress action={action} />
          {status?.plan && (
            <Panel title={t(spec.planOnly ? 'plan.title' : 'plan.titleDone')}>
              <PlanView plan={status.plan} />
            </Panel>
          )}
          <MoverLog action={action} />
        </Stack>
        <Stack gap="lg">
          <ActionFacts action={action} />
          <Warnings warnings={status?.warnings ?? []} />
        </Stack>
      </div>
    </>
  );
}

export default function ActionPage() {
  const { t } = useTranslation();
  const params = useParams();
  const kind = kindOfPath(params.kind);
  const action = useItem(kind ?? 'Export', params.namespace, params.name);
  const points = useItems('RestorePoint');
  const known = useActionsKnown();
  const title = useActionTitle();
  const back = { to: '/actions', label: t('nav.actions') };

  if (!action || !kind) {
    return (
      <Page title={params.name ?? ''} back={back}>
        <Panel>
          {known ? (
            <EmptyState Icon={IconMapQuestion} title={t('action.gone')} text={t('action.goneText')}>
              <ButtonLink to="/actions">{t('nav.actions')}</ButtonLink>
            </EmptyState>
          ) : (
            <Loading />
          )}
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      title={title(action, subjectOf(action, points))}
      back={back}
      subtitle={
        <Group gap="md">
          <PhaseStatus phase={phaseOf(action)} />
          <Text size="sm" c="dimmed">
            <TimeAgo time={action.status?.startTime ?? action.metadata.creationTimestamp} />
          </Text>
        </Group>
      }
      actions={<Buttons action={action} />}
    >
      <Content action={action} />
    </Page>
  );
}
