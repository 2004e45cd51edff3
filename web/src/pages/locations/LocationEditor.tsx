import { Stack, Switch, TextInput } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { changeLocation, setUpLocation } from '../../api/generated/operations';
import { useItem, useItems, useKnown, useSubmit } from '../../api/hooks';
import type { Location } from '../../api/types';
import { useHomeNamespace, useSession } from '../../app/session';
import { EmptyState } from '../../components/EmptyState';
import { FormFoot } from '../../components/FormFoot';
import { Loading } from '../../components/Loading';
import { Page, Panel } from '../../components/Page';
import { freeName, isName } from '../../lib/names';
import { emptyLocation, hasBothKeys, toLocationForm, type LocationForm } from '../../lib/presets';
import { KeyFields } from './KeyFields';
import { MoreFields } from './MoreFields';
import { PlaceFields } from './PlaceFields';
import { PresetCards } from './PresetCards';
import { ChangedSecrets, PassphraseField } from './SecretFields';
import { TestPanel } from './TestPanel';
import { testRequest, useLocationTest } from './useLocationTest';

function Form({ location }: { location?: Location }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const home = useHomeNamespace();
  const { session } = useSession();
  const namespace = location?.metadata.namespace ?? home;
  const inSystem = namespace === session.systemNamespace;
  const [form, setForm] = useState<LocationForm>(
    location ? toLocationForm(location.spec, location.metadata.name) : { ...emptyLocation, shared: inSystem },
  );
  const taken = useItems('Location')
    .filter(({ metadata }) => metadata.namespace === namespace)
    .map(({ metadata }) => metadata.name);
  const name = form.name || freeName(form.bucket || form.server.split('.')[0] || 'location', taken);
  const { busy, trouble, run } = useSubmit();
  const tested = useLocationTest(form, namespace, location?.metadata.name);
  const change = (part: Partial<LocationForm>) => setForm((previous) => ({ ...previous, ...part }));
  const nameError =
    !location && form.name ? (!isName(form.name) ? 'bad' : taken.includes(form.name) ? 'taken' : '') : '';
  const ready = tested.state === 'done' && tested.test?.ready === true;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const done = await run(() =>
      location
        ? changeLocation(namespace, location.metadata.name, testRequest(form, undefined))
        : setUpLocation(namespace, { ...testRequest(form, undefined), name }),
    );
    // The first one was wanted for something: applications are where it goes on.
    if (done) void navigate(location || taken.length > 0 ? '/locations' : '/applications');
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <div className="columns">
        <Panel>
          <Stack gap="lg">
            {!location && (
              <PresetCards
                value={form.preset}
                onChange={(preset) => change({ preset, region: '', pathStyle: undefined })}
              />
            )}
            <PlaceFields form={form} onChange={change} />
            {location ? (
              <ChangedSecrets location={location} form={form} onChange={change} />
            ) : (
              <>
                <KeyFields form={form} onChange={change} />
                <PassphraseField form={form} onChange={change} description={t('location.passphraseText')} />
                <TextInput
                  label={t('common.name')}
                  value={form.name}
                  placeholder={name}
                  onChange={(event) => change({ name: event.currentTarget.value })}
                  error={nameError ? t(`nameError.${nameError}`) : undefined}
                  data-testid="name"
                />
              </>
            )}
            <Switch
              label={t('location.readOnly')}
              description={t('location.readOnlyText')}
              checked={form.readOnly}
              onChange={(event) => change({ readOnly: event.currentTarget.checked })}
              data-testid="read-only"
            />
            {inSystem && (
              <Switch
                label={t('location.shared')}
                description={t('location.sharedText')}
                checked={form.shared}
                onChange={(event) => change({ shared: event.currentTarget.checked })}
                data-testid="shared"
              />
            )}
            <MoreFields form={form} onChange={change} />
          </Stack>
        </Panel>
        <Stack className="aside">
          <TestPanel {...tested} />
          <FormFoot
            back="/locations"
            trouble={trouble}
            busy={busy}
            disabled={tested.state === 'waiting' || nameError !== '' || !hasBothKeys(form)}
            label={t(ready ? 'location.save' : 'location.saveAnyway')}
            variant={ready ? 'filled' : 'light'}
          />
        </Stack>
      </div>
    </form>
  );
}

export default function LocationEditor() {
  const { t } = useTranslation();
  const { namespace, name } = useParams();
  const location = useItem('Location', namespace, name);
  const known = useKnown('Location');
  const title = name ?? t('locations.add');
  const back = { to: '/locations', label: t('nav.locations') };
  if (name && !location) {
    return (
      <Page title={title} back={back}>
        <Panel>
          {known ? (
            <EmptyState Icon={IconMapQuestion} title={t('location.gone')} text={t('location.goneText')} />
          ) : (
            <Loading />
          )}
        </Panel>
      </Page>
    );
  }
  return (
    <Page title={title} back={back} subtitle={location?.status?.address ?? t('location.subtitle')}>
      <Form key={title} location={location} />
    </Page>
  );
}
