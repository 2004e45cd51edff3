import { Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { changeImport } from '../../api/generated/operations';
import { useItems, useSubmit } from '../../api/hooks';
import { changeSpec } from '../../api/objects';
import type { Policy, PolicyImport } from '../../api/types';
import { useSession } from '../../app/session';
import { FormFoot } from '../../components/FormFoot';
import { LocationSelect } from '../../components/LocationSelect';
import { Page, Panel } from '../../components/Page';
import { TroubleAlert } from '../../components/TroubleAlert';
import { usableLocations } from '../../lib/locations';
import { importedPoints } from '../../lib/policy';
import { isCron, toSchedule, toScheduleForm } from '../../lib/schedule';
import { isRestoreComplete, RestoreAfter, toPolicyRestore, toRestoreForm } from './RestoreAfter';
import { ScheduleFields } from './ScheduleFields';
import { TokenCard } from './TokenCard';
import { TokenField } from './TokenField';
import { useInspection } from './useInspection';

// A policy that imports, and is there. Its token is never shown: it stays, or another one is pasted.
export function ImportPolicyChange({ policy, from }: { policy: Policy; from: PolicyImport }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { systemNamespace } = useSession().session;
  const { name, namespace = '' } = policy.metadata;
  const [location, setLocation] = useState(from.location.name);
  const [schedule, setSchedule] = useState(() => toScheduleForm(policy.spec.schedule));
  const [restore, setRestore] = useState(() => toRestoreForm(policy.spec.restore));
  const [token, setToken] = useState('');
  const { busy, trouble, run } = useSubmit();
  const locations = usableLocations(useItems('Location'), namespace, systemNamespace);
  const [newest] = importedPoints(policy, useItems('RestorePoint'));
  const inspection = useInspection({ token, location }, namespace);
  const complete =
    isRestoreComplete(restore) &&
    (schedule.how !== 'cron' || isCron(schedule.cron)) &&
    (token === '' || inspection.found !== undefined);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const when = toSchedule(schedule);
    const after = toPolicyRestore(restore);
    const done = await run(async () => {
      if (token) await changeImport(namespace, name, { token });
      await changeSpec('Policy', policy, {
        paused: policy.spec.paused,
        import: { location: { name: location }, tokenSecret: from.tokenSecret },
        ...(when && { schedule: when }),
        ...(after && { restore: after }),
        ...(policy.spec.retention && { retention: policy.spec.retention }),
      });
    });
    if (done) void navigate('/policies');
  };

  return (
    <Page
      title={name}
      subtitle={t('importPolicy.subtitle')}
      back={{ to: '/policies', label: t('nav.policies') }}
      narrow
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="lg">
          <Panel title={t('importPolicy.where')}>
            <Stack>
              <LocationSelect
                locations={locations}
                value={location}
                onChange={setLocation}
                label={t('action.location')}
              />
              <Text size="sm" c="dimmed">
                {t('importPolicy.tokenKept', { secret: from.tokenSecret.name, namespace })}
              </Text>
              <TokenField value={token} onChange={setToken} label={t('importPolicy.newToken')} />
              {inspection.trouble && <TroubleAlert trouble={inspection.trouble} />}
              {inspection.found && <TokenCard found={inspection.found} busy={inspection.busy} />}
            </Stack>
          </Panel>
          <Panel title={t('importPolicy.when')}>
            <ScheduleFields
              form={schedule}
              onChange={(change) => setSchedule((previous) => ({ ...previous, ...change }))}
            />
          </Panel>
          <Panel title={t('importPolicy.after')}>
            <RestoreAfter
              form={restore}
              onChange={(change) => setRestore((previous) => ({ ...previous, ...change }))}
              application={newest?.spec.application ?? name}
              namespace={namespace}
              elsewhere={namespace === systemNamespace}
            />
          </Panel>
          <Panel>
            <Stack>
              <FormFoot
                back="/policies"
                trouble={trouble}
                busy={busy}
                disabled={!complete}
                label={t('common.save')}
              />
            </Stack>
          </Panel>
        </Stack>
      </form>
    </Page>
  );
}
