import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Page, Panel } from '../../components/Page';
import { TroubleAlert } from '../../components/TroubleAlert';
import { isName } from '../../lib/names';
import { ImportLocation } from './ImportLocation';
import { RestoreAfter } from './RestoreAfter';
import { ScheduleFields } from './ScheduleFields';
import { TokenCard } from './TokenCard';
import { TokenField } from './TokenField';
import { useImportForm } from './useImportForm';

export default function ImportPolicyForm() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const state = useImportForm();
  const { inspection, form } = state;
  const { found } = inspection;

  const create = async (runNow: boolean) => {
    if (await state.create(runNow)) void navigate('/policies');
  };

  return (
    <Page
      title={t('overview.importButton')}
      subtitle={t('importPolicy.subtitle')}
      back={{ to: '/policies', label: t('nav.policies') }}
      narrow
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void create(true);
        }}
      >
        <Stack gap="lg">
          <Panel>
            <Stack aria-live="polite">
              <TokenField
                label={t('importPolicy.token')}
                value={state.token}
                onChange={state.setToken}
                autoFocus
              />
              {inspection.busy && !found && (
                <Text size="sm" c="dimmed">
                  {t('inspect.reading')}
                </Text>
              )}
              {inspection.trouble && <TroubleAlert trouble={inspection.trouble} />}
              {found && <TokenCard found={found} busy={inspection.busy} />}
            </Stack>
          </Panel>
          {found && form && (
            <>
              <Panel title={t('importPolicy.where')}>
                <ImportLocation
                  locations={state.locations}
                  chosen={state.chosen}
                  onChoose={state.setChosen}
                  form={form}
                  onChange={state.changePlace}
                />
              </Panel>
              <Panel title={t('importPolicy.when')}>
                <ScheduleFields form={state.schedule} onChange={state.changeSchedule} />
              </Panel>
              <Panel title={t('importPolicy.after')}>
                <RestoreAfter
                  form={state.restore}
                  onChange={state.changeRestore}
                  application={found.application}
                  namespace={state.home}
                  elsewhere={state.elsewhere}
                />
              </Panel>
              <Panel>
                <Stack>
                  <TextInput
                    label={t('policy.name')}
                    value={state.typedName}
                    placeholder={state.name}
                    onChange={(event) => state.setTypedName(event.currentTarget.value)}
                    error={isName(state.name) ? undefined : t('nameError.bad')}
                    data-testid="name"
                  />
                  {state.trouble && <TroubleAlert trouble={state.trouble} />}
                  <Group justify="flex-end">
                    <Button
                      variant="default"
                      loading={state.busy}
                      disabled={!state.complete}
                      onClick={() => void create(false)}
                      data-testid="create"
                    >
                      {t('policy.create')}
                    </Button>
                    <Button type="submit" loading={state.busy} disabled={!state.complete} data-testid="create-run">
                      {t('policy.createRun')}
                    </Button>
                  </Group>
                </Stack>
              </Panel>
            </>
          )}
        </Stack>
      </form>
    </Page>
  );
}
