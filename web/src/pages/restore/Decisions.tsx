import { Checkbox, Select, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Plan } from '../../api/types';
import { useServerWords } from '../../app/server_texts';
import { Panel } from '../../components/Page';
import { missingClasses, neededKinds } from '../../lib/plan';
import type { useRestoreForm } from './useRestoreForm';

interface Props {
  plan: Plan;
  form: ReturnType<typeof useRestoreForm>;
}

function StorageClasses({ plan, form }: Props) {
  const { t } = useTranslation();
  const { point, cluster, choices, change } = form;
  const here = cluster?.storageClasses ?? [];
  const missing = missingClasses(
    point,
    here.map(({ name }) => name),
    plan.blockers ?? [],
  );
  if (missing.length === 0 || here.length === 0) return null;
  const choose = (source: string, target: string) => {
    const { [source]: _, ...others } = choices.classes;
    change({ classes: target ? { ...others, [source]: target } : others });
  };
  return (
    <>
      {missing.map(({ source, volumes }) => (
        <Select
          key={source}
          label={t('restore.class', { source })}
          description={t('restore.classText', { volumes: volumes.join(', ') })}
          data={[
            { value: '', label: t('restore.classAuto') },
            ...here.map(({ name, default: usual }) => ({
              value: name,
              label: usual ? t('restore.classDefault', { name }) : name,
            })),
          ]}
          value={choices.classes[source] ?? ''}
          onChange={(target) => choose(source, target ?? '')}
          data-testid={`class-${source}`}
        />
      ))}
    </>
  );
}

function Needs({ plan, form }: Props) {
  const { t } = useTranslation();
  const { choices, change } = form;
  const kinds = neededKinds(plan);
  if (kinds.length === 0) return null;
  return (
    <Checkbox.Group
      label={t('restore.needs')}
      description={t('restore.needsText')}
      value={choices.carry}
      onChange={(carry) => change({ carry })}
    >
      <Stack gap="xs" mt="xs">
        {kinds.map(({ kind, names }) => (
          <Checkbox
            key={kind}
            value={kind}
            label={t('restore.carry', { kind, names: names.join(', ') })}
            data-testid={`carry-${kind}`}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

// Everything of a plan that a person decides, together: blockers, StorageClasses, what is needed from outside.
export function Decisions({ plan, form }: Props) {
  const { t } = useTranslation();
  const { say } = useServerWords();
  const { point, cluster, choices } = form;
  const blockers = plan.blockers ?? [];
  const here = (cluster?.storageClasses ?? []).map(({ name }) => name);
  const asks = blockers.length > 0 || (plan.needs?.length ?? 0) > 0 || choices.carry.length > 0;
  if (!asks && missingClasses(point, here, []).length === 0) return null;
  return (
    <Panel title={t('restore.decisions')} testid="decisions">
      <Stack>
        {blockers.length > 0 && (
          <ul className="blockers" data-testid="blockers">
            {blockers.map(({ object, reason, fix }) => (
              <li key={`${object} ${reason}`}>
                <IconAlertTriangle size={18} className="tone-bad" aria-hidden />
                <div className="line-text">
                  <Text size="sm" fw={600} className="wrap">
                    {object}
                  </Text>
                  <Text size="sm" className="wrap">
                    {say(reason)}
                  </Text>
                  {fix && (
                    <Text size="sm" c="dimmed" className="wrap">
                      {say(fix)}
                    </Text>
                  )}
                </div>
              </li>
            ))}
          </ul>
        )}
        <StorageClasses plan={plan} form={form} />
        <Needs plan={plan} form={form} />
      </Stack>
    </Panel>
  );
}
