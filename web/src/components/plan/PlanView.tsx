import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Plan, PlanAction } from '../../api/types';
import { useServerWords } from '../../app/server_texts';
import { PlanObjects } from './PlanObjects';

export const planActions: PlanAction[] = ['create', 'update', 'unchanged', 'skip', 'conflict', 'blocked'];

export function PlanSummary({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  return (
    <Group gap={6} data-testid="plan-summary">
      {planActions
        .filter((action) => (plan.summary?.[action] ?? 0) > 0)
        .map((action) => (
          <span key={action} className={`count count-${action}`} data-testid={`plan-${action}`}>
            <b className="number">{plan.summary?.[action]}</b> {t(`plan.count.${action}`)}
          </span>
        ))}
    </Group>
  );
}

export function PlanNotes({ notes }: { notes: string[] }) {
  const { t } = useTranslation();
  const { say } = useServerWords();
  if (notes.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {t('plan.notes')}
      </Text>
      <ul className="plain">
        {notes.map((note) => (
          <li key={note}>
            <Text size="sm" className="wrap">
              {say(note)}
            </Text>
          </li>
        ))}
      </ul>
    </div>
  );
}

// A plan as it was carried out: nothing to decide here.
export function PlanView({ plan }: { plan: Plan }) {
  return (
    <Stack gap="md">
      <PlanSummary plan={plan} />
      <PlanNotes notes={plan.notes ?? []} />
      <PlanObjects plan={plan} />
    </Stack>
  );
}
