import { Group, Stack, Text } from '@mantine/core';
import {
  IconCircle,
  IconCircleCheckFilled,
  IconCircleMinus,
  IconCircleXFilled,
  IconLoader2,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { TestStep } from '../../api/types';
import { Panel } from '../../components/Page';
import { TroubleAlert } from '../../components/TroubleAlert';
import type { TestState } from './useLocationTest';

const steps: TestStep[] = ['list', 'write', 'read', 'delete'];
type Mark = 'done' | 'failed' | 'skipped' | 'testing' | 'waiting';
const icons = {
  done: IconCircleCheckFilled,
  failed: IconCircleXFilled,
  skipped: IconCircleMinus,
  testing: IconLoader2,
  waiting: IconCircle,
};
const tones = { done: 'good', failed: 'bad', skipped: 'idle', testing: 'busy', waiting: 'idle' };

// What the location was tested for, step by step, while it is typed.
export function TestPanel({ state, test }: TestState) {
  const { t } = useTranslation();
  const markOf = (name: TestStep): Mark =>
    state === 'done' ? (test?.steps.find((step) => step.name === name)?.state ?? 'skipped') : state;
  return (
    <Panel title={t('test.title')} testid={state === 'done' && test?.ready ? 'test-done' : 'location-test'}>
      <Stack gap="sm" aria-live="polite">
        <Text size="sm" c="dimmed">
          {state === 'waiting' && t('test.waiting')}
          {state === 'testing' && t('test.testing')}
          {state === 'done' && t(test?.ready ? 'test.ready' : 'test.failed')}
        </Text>
        <ol className="steps">
          {steps.map((name) => {
            const mark = markOf(name);
            const Icon = icons[mark];
            return (
              <li key={name} className="step" data-testid={`test-${name}`} data-state={mark}>
                <Icon
                  size={20}
                  aria-label={t(`test.mark.${mark}`)}
                  className={`tone-${tones[mark]} ${mark === 'testing' ? 'spin' : ''}`}
                />
                <span>{t(`test.step.${name}`)}</span>
              </li>
            );
          })}
        </ol>
        {state === 'done' && test?.error && <TroubleAlert trouble={test.error} />}
        {state === 'done' && test?.applications && test.applications.length > 0 && (
          <Group gap={6}>
            <Text size="sm">{t('test.applications', { names: test.applications.join(', ') })}</Text>
          </Group>
        )}
      </Stack>
    </Panel>
  );
}
