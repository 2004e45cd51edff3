import { Divider, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useItems, useSubmit } from '../../api/hooks';
import { changeSpec, createObject } from '../../api/objects';
import type { Policy } from '../../api/types';
import { useHomeNamespace, useSession } from '../../app/session';
import { FormFoot } from '../../components/FormFoot';
import { LocationSelect } from '../../components/LocationSelect';
import { Page, Panel } from '../../components/Page';
import { isWritable, likelyLocation, usableLocations } from '../../lib/locations';
import { freeName, isName } from '../../lib/names';
import { isPolicyComplete, newPolicyForm, toPolicyForm, toPolicySpec, type PolicyForm } from '../../lib/policy_form';
import { ApplicationsFields } from './ApplicationsFields';
import { RetentionFields, usualRetention, type RetainedKind } from './RetentionFields';
import { ScheduleFields } from './ScheduleFields';

interface PartProps {
  form: PolicyForm;
  onChange: (change: Partial<PolicyForm>) => void;
  namespace: string;
}

// Where restore points go, and how long they stay there: separately for a location and for snapshots in the cluster.
function Where({ form, onChange, namespace }: PartProps) {
  const { t } = useTranslation();
  const { systemNamespace } = useSession().session;
  const locations = usableLocations(useItems('Location'), namespace, systemNamespace).filter(isWritable);
  // What begins to be made begins to be removed too, unless somebody says otherwise.
  const switchOn = (what: 'export' | 'backup', kept: RetainedKind, on: boolean) =>
    onChange({ [what]: on, ...(on && !form[kept] && { [kept]: usualRetention[kept] }) });
  return (
    <Stack>
      <Switch
        label={t('exportPolicy.export')}
        description={t('exportPolicy.exportText')}
        checked={form.export}
        onChange={(event) => switchOn('export', 'exported', event.currentTarget.checked)}
        data-testid="with-export"
      />
      {form.export && (
        <>
          <LocationSelect
            locations={locations}
            value={form.location}
            onChange={(location) => onChange({ location })}
            label={t('action.location')}
          />
          <RetentionFields of="exported" rule={form.exported} onChange={(exported) => onChange({ exported })} />
        </>
      )}
      <Divider />
      <Switch
        label={t('exportPolicy.backup')}
        description={t('exportPolicy.backupText')}
        checked={form.backup}
        onChange={(event) => switchOn('backup', 'local', event.currentTarget.checked)}
        data-testid="with-backup"
      />
      {form.backup && <RetentionFields of="local" rule={form.local} onChange={(local) => onChange({ local })} />}
      {!form.export && !form.backup && (
        <Text size="sm" c="var(--mantine-color-error)" role="status">
          {t('exportPolicy.neither')}
        </Text>
      )}
    </Stack>
  );
}

function useName(policy: Policy | undefined, home: string, form: PolicyForm, everywhere: boolean) {
  const [typed, setTyped] = useState('');
  const taken = useItems('Policy')
    .filter(({ metadata }) => metadata.namespace === home)
    .map(({ metadata }) => metadata.name);
  const { applications } = form;
  const wished = everywhere ? (applications.by === 'names' ? (applications.names[0] ?? '') : 'all') : home;
  return { name: policy?.metadata.name ?? (typed || freeName(wished || 'nightly', taken)), typed, setTyped };
}

// A policy that backs up: a new one, or one that is there.
export default function ExportPolicyForm({ policy }: { policy?: Policy }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const chosenHome = useHomeNamespace();
  const home = policy?.metadata.namespace ?? chosenHome;
  const { systemNamespace } = useSession().session;
  const everywhere = home === systemNamespace;
  const [typed, setForm] = useState<PolicyForm>(policy ? toPolicyForm(policy.spec) : newPolicyForm(usualRetention));
  const change = (part: Partial<PolicyForm>) => setForm((previous) => ({ ...previous, ...part }));
  const { busy, trouble, run } = useSubmit();
  const locations = usableLocations(useItems('Location'), home, systemNamespace).filter(isWritable);
  const likely = likelyLocation(locations, useItems('Export'), '');
  const form = { ...typed, location: typed.location ?? likely };
  const { name, typed: typedName, setTyped } = useName(policy, home, form, everywhere);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const spec = toPolicySpec(form, everywhere);
    const done = await run(() =>
      policy
        ? changeSpec('Policy', policy, {
            paused: policy.spec.paused,
            // In an application's own namespace it is about that one, whatever it says.
            applications: policy.spec.applications,
            ...spec,
          })
        : createObject('Policy', home, name, spec),
    );
    if (done) void navigate('/policies');
  };

  return (
    <Page
      title={policy ? name : t('policies.newExport')}
      subtitle={t('exportPolicy.subtitle')}
      back={{ to: '/policies', label: t('nav.policies') }}
      narrow
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="lg">
          {everywhere && (
            <Panel title={t('exportPolicy.what')}>
              <ApplicationsFields
                form={form.applications}
                onChange={(part) => change({ applications: { ...form.applications, ...part } })}
              />
            </Panel>
          )}
          <Panel title={t('exportPolicy.when')}>
            <ScheduleFields
              form={form.schedule}
              onChange={(part) => change({ schedule: { ...form.schedule, ...part } })}
            />
          </Panel>
          <Panel title={t('exportPolicy.where')}>
            <Where form={form} onChange={change} namespace={home} />
          </Panel>
          <Panel>
            <Stack>
              {!policy && (
                <TextInput
                  label={t('policy.name')}
                  value={typedName}
                  placeholder={name}
                  onChange={(event) => setTyped(event.currentTarget.value)}
                  error={isName(name) ? undefined : t('nameError.bad')}
                  data-testid="name"
                />
              )}
              <FormFoot
                back="/policies"
                trouble={trouble}
                busy={busy}
                disabled={!isName(name) || !isPolicyComplete(form, everywhere)}
                label={t(policy ? 'common.save' : 'policy.create')}
                testid={policy ? 'save' : 'create'}
              />
            </Stack>
          </Panel>
        </Stack>
      </form>
    </Page>
  );
}
