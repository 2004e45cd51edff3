import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useActions, useItems, useSubmit } from '../../api/hooks';
import { pausePolicy, removeObject, runPolicy } from '../../api/objects';
import type { Action, Policy } from '../../api/types';
import { RestoreButton } from '../../components/ApplicationButtons';
import { ButtonLink } from '../../components/ButtonLink';
import { ConfirmButton } from '../../components/ConfirmButton';
import { readyCondition, Status } from '../../components/Status';
import { TimeAgo } from '../../components/TimeAgo';
import { TroubleAlert } from '../../components/TroubleAlert';
import { actionPath, isOver, stepWord } from '../../lib/actions';
import { createdAt } from '../../lib/applications';
import { importedPoints, isWaiting, kindOf } from '../../lib/policy';
import { usePolicyWords } from './usePolicyWords';

function State({ policy }: { policy: Policy }) {
  const { t } = useTranslation();
  const { status, spec } = policy;
  if (spec.paused) return <Status tone="idle">{t('policy.paused')}</Status>;
  if (status?.active?.length || isWaiting(policy)) return <Status tone="busy">{t('policy.running')}</Status>;
  if (status?.error) return <Status tone="bad">{t('policy.failed')}</Status>;
  if (readyCondition(status?.conditions)?.status === 'False') return <Status tone="bad">{t('policy.cannot')}</Status>;
  if (status?.lastRunTime) return <Status tone="good">{t('policy.fine')}</Status>;
  return <Status tone="idle">{t('policy.notYet')}</Status>;
}

function Running({ policy }: { policy: Policy }) {
  const { t } = useTranslation();
  const actions = useActions();
  const running = (policy.status?.active ?? []).flatMap(({ kind, name }) =>
    actions.filter(
      (action) =>
        action.kind === kind &&
        action.metadata.name === name &&
        action.metadata.namespace === policy.metadata.namespace &&
        !isOver(action),
    ),
  );
  const stepOf = ({ kind, status }: Action) =>
    status?.step ? t(`step.${stepWord(kind, status.step)}`) : t('phase.Pending');
  return (
    <>
      {running.map((action) => (
        <Anchor key={action.metadata.name} component={Link} to={actionPath(action)} size="sm">
          {t('policy.look', { step: stepOf(action) })}
        </Anchor>
      ))}
    </>
  );
}

function Times({ policy }: { policy: Policy }) {
  const { t } = useTranslation();
  const { lastRunTime, nextRunTime } = policy.status ?? {};
  return (
    <Group gap="4px 20px">
      <Text size="sm" c="dimmed">
        {t('policy.lastRun')} {lastRunTime ? <TimeAgo time={lastRunTime} /> : t('policy.never')}
      </Text>
      {!policy.spec.paused && nextRunTime && (
        <Text size="sm" c="dimmed">
          {t('policy.nextRun')} <TimeAgo time={nextRunTime} />
        </Text>
      )}
    </Group>
  );
}

function Imported({ policy }: { policy: Policy }) {
  const { t } = useTranslation();
  const points = importedPoints(policy, useItems('RestorePoint'));
  const [newest] = points;
  if (!newest) return null;
  return (
    <Group className="imported" justify="space-between" gap="sm" data-testid="imported">
      <Text size="sm">
        {t('policy.imported', { count: points.length })} <TimeAgo time={createdAt(newest)} />
      </Text>
      <RestoreButton name={newest.spec.application} point={newest.metadata.name} size="xs" />
    </Group>
  );
}

export function PolicyCard({ policy }: { policy: Policy }) {
  const { t } = useTranslation();
  const { sentence, retention } = usePolicyWords()(policy);
  const { busy, trouble, run } = useSubmit();
  const { metadata, spec, status } = policy;
  return (
    <article className="panel policy" aria-label={metadata.name} data-testid={`policy-${metadata.name}`}>
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Title order={2} className="wrap">
            {metadata.name}
          </Title>
          <State policy={policy} />
        </Group>
        <div>
          <Text className="wrap">{sentence}</Text>
          {retention && <Text size="sm">{retention}</Text>}
        </div>
        <Times policy={policy} />
        <Running policy={policy} />
        {status?.error && !spec.paused && <TroubleAlert trouble={status.error} />}
        {kindOf(policy) === 'import' && <Imported policy={policy} />}
        {trouble && <TroubleAlert trouble={trouble} />}
      </Stack>
      <Group gap="xs" mt="md">
        <Button
          size="xs"
          variant="light"
          loading={busy}
          onClick={() => void run(() => runPolicy(policy))}
          data-testid={`run-${metadata.name}`}
        >
          {t('policy.run')}
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={() => void run(() => pausePolicy(policy, !spec.paused))}
          data-testid={`pause-${metadata.name}`}
        >
          {t(spec.paused ? 'policy.resume' : 'policy.pause')}
        </Button>
        <ButtonLink
          size="xs"
          variant="default"
          to={`/policies/${metadata.namespace}/${metadata.name}`}
          testid={`edit-${metadata.name}`}
        >
          {t('policy.edit')}
        </ButtonLink>
        <ConfirmButton
          size="xs"
          label={t('common.remove')}
          question={t('policy.removeQuestion', { name: metadata.name })}
          onConfirm={() => removeObject('Policy', metadata.namespace ?? '', metadata.name)}
          testid={`remove-${metadata.name}`}
        />
      </Group>
    </article>
  );
}
