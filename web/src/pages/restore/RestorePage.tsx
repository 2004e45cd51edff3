import { Button, Group, Stack } from '@mantine/core';
import { IconTimeline } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { useItems, useKnown, useSubmit } from '../../api/hooks';
import { createObject } from '../../api/objects';
import { EmptyState } from '../../components/EmptyState';
import { Loading } from '../../components/Loading';
import { Page, Panel } from '../../components/Page';
import { PlanNotes, PlanSummary } from '../../components/plan/PlanView';
import { PlanObjects } from '../../components/plan/PlanObjects';
import { Status } from '../../components/Status';
import { TroubleAlert } from '../../components/TroubleAlert';
import { phaseOf } from '../../lib/actions';
import { runName } from '../../lib/names';
import { Choices } from './Choices';
import { Decisions } from './Decisions';
import { usePlan } from './usePlan';
import { useRestoreForm } from './useRestoreForm';

function RestoreForm({ application }: { application: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useRestoreForm(application);
  const { home, spec } = form;
  const { planning, action, trouble } = usePlan(home, application, spec);
  const submit = useSubmit();
  const plan = action?.status?.plan;
  const blocked = (plan?.blockers?.length ?? 0) > 0;
  const ready = !planning && plan !== undefined && !blocked && action !== undefined && phaseOf(action) === 'Succeeded';
  const failure = trouble ?? (action && !blocked && !planning ? action.status?.error : undefined);

  let state = null;
  if (planning) state = <Status tone="busy">{t('restore.planning')}</Status>;
  else if (blocked) state = <Status tone="bad">{t('restore.blocked')}</Status>;
  else if (ready) state = <Status tone="good">{t('restore.ready')}</Status>;

  const restore = async () => {
    if (!spec) return;
    const name = runName(form.choices.target);
    if (await submit.run(() => createObject('Restore', home, name, spec))) {
      void navigate(`/actions/restore/${home}/${name}`);
    }
  };

  return (
    <Stack gap="lg">
      <Choices form={form} />
      {failure && <TroubleAlert trouble={failure} />}
      {plan && <Decisions plan={plan} form={form} />}
      <Panel title={t('plan.title')} testid="plan">
        {plan ? (
          <Stack gap="md" aria-busy={planning}>
            <PlanSummary plan={plan} />
            <PlanNotes notes={plan.notes ?? []} />
            <PlanObjects plan={plan} />
          </Stack>
        ) : (
          !failure && <Loading rows={3} />
        )}
      </Panel>
      <div className="panel dock">
        {submit.trouble && <TroubleAlert trouble={submit.trouble} />}
        <Group justify="space-between" gap="sm" data-testid="plan-state">
          {state ?? <span />}
          <Button
            size="md"
            loading={submit.busy}
            disabled={!ready}
            onClick={() => void restore()}
            data-testid="restore"
          >
            {t('restore.submit', { target: form.choices.target })}
          </Button>
        </Group>
      </div>
    </Stack>
  );
}

export default function RestorePage() {
  const { t } = useTranslation();
  const { application = '' } = useParams();
  const known = useKnown('RestorePoint');
  const title = t('action.title.Restore', { name: application });
  const some = useItems('RestorePoint').some(({ spec }) => spec.application === application);
  return (
    <Page
      title={title}
      subtitle={t('restore.subtitle')}
      back={{ to: `/applications/${application}`, label: application }}
      narrow
    >
      {some ? (
        <RestoreForm key={application} application={application} />
      ) : (
        <Panel>
          {known ? <EmptyState Icon={IconTimeline} title={t('point.none')} text={t('point.noneText')} /> : <Loading />}
        </Panel>
      )}
    </Page>
  );
}
