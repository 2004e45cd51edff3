import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useItems, useSubmit } from '../../api/hooks';
import { createObject } from '../../api/objects';
import type { RetentionRule } from '../../api/types';
import { useHomeNamespace, useSession } from '../../app/session';
import { LocationSelect } from '../../components/LocationSelect';
import { Page, Panel } from '../../components/Page';
import { TroubleAlert } from '../../components/TroubleAlert';
import { isWritable, likelyLocation, usableLocations } from '../../lib/locations';
import { freeName, isName } from '../../lib/names';
import { retentionParts } from '../../lib/policy';
import { defaultSchedule, isCron, toSchedule } from '../../lib/schedule';
import { ApplicationsFields, isComplete, toApplications, type ApplicationsForm } from './ApplicationsFields';
import { RetentionFields, usualRetention } from './RetentionFields';
import { ScheduleFields } from './ScheduleFields';

export default function ExportPolicyForm() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const home = useHomeNamespace();
  const { systemNamespace } = useSession().session;
  const everywhere = home === systemNamespace;
  const [applications, setApplications] = useState<ApplicationsForm>({
    by: 'names',
    names: [],
    labels: [],
    excluded: [],
  });
  const [schedule, setSchedule] = useState(defaultSchedule);
  const [retention, setRetention] = useState<RetentionRule | undefined>(usualRetention);
  const [typedName, setTypedName] = useState('');
  const [chosen, setChosen] = useState<string>();
  const { busy, trouble, run } = useSubmit();

  const locations = usableLocations(useItems('Location'), home, systemNamespace).filter(isWritable);
  const location = chosen ?? likelyLocation(locations, useItems('Export'), '');
  const taken = useItems('Policy')
    .filter(({ metadata }) => metadata.namespace === home)
    .map(({ metadata }) => metadata.name);
  const wished = everywhere && applications.by === 'names' ? (applications.names[0] ?? '') : everywhere ? 'all' : home;
  const name = typedName || freeName(wished || 'nightly', taken);
  const complete =
    isName(name) &&
    location !== undefined &&
    (!everywhere || isComplete(applications)) &&
    (schedule.how !== 'cron' || isCron(schedule.cron));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!location) return;
    const when = toSchedule(schedule);
    const done = await run(() =>
      createObject('Policy', home, name, {
        ...(when && { schedule: when }),
        ...(everywhere && { applications: toApplications(applications) }),
        export: { location: { name: location } },
        ...(retention && retentionParts(retention).length > 0 && { retention: { exported: retention } }),
      }),
    );
    if (done) void navigate('/policies');
  };

  return (
    <Page
      title={t('policies.newExport')}
      subtitle={t('exportPolicy.subtitle')}
      back={{ to: '/policies', label: t('nav.policies') }}
      narrow
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="lg">
          {everywhere && (
            <Panel title={t('exportPolicy.what')}>
              <ApplicationsFields
                form={applications}
                onChange={(change) => setApplications({ ...applications, ...change })}
              />
            </Panel>
          )}
          <Panel title={t('exportPolicy.when')}>
            <ScheduleFields form={schedule} onChange={(change) => setSchedule({ ...schedule, ...change })} />
          </Panel>
          <Panel title={t('exportPolicy.where')}>
            <Stack>
              <LocationSelect
                locations={locations}
                value={location}
                onChange={setChosen}
                label={t('action.location')}
              />
              <RetentionFields rule={retention} onChange={setRetention} />
            </Stack>
          </Panel>
          <Panel>
            <Stack>
              <TextInput
                label={t('policy.name')}
                value={typedName}
                placeholder={name}
                onChange={(event) => setTypedName(event.currentTarget.value)}
                error={isName(name) ? undefined : t('nameError.bad')}
                data-testid="name"
              />
              {trouble && <TroubleAlert trouble={trouble} />}
              <Group justify="flex-end">
                <Button variant="default" onClick={() => void navigate('/policies')}>
                  {t('common.back')}
                </Button>
                <Button type="submit" loading={busy} disabled={!complete} data-testid="create">
                  {t('policy.create')}
                </Button>
              </Group>
            </Stack>
          </Panel>
        </Stack>
      </form>
    </Page>
  );
}
