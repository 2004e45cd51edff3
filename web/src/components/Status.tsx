import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX, IconLoader2 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApplicationState, Condition, Phase } from '../api/types';

export type Tone = 'good' | 'bad' | 'warn' | 'idle' | 'busy';

const icons = {
  good: IconCircleCheck,
  bad: IconCircleX,
  warn: IconAlertTriangle,
  idle: IconCircleDashed,
  busy: IconLoader2,
};

// A coloured mark with a word: never a colour alone.
export function Status({ tone, children, testid }: { tone: Tone; children: ReactNode; testid?: string }) {
  const Icon = icons[tone];
  return (
    <span className={`status tone-${tone}`} data-testid={testid} data-tone={tone}>
      <Icon size={16} stroke={2} aria-hidden className={tone === 'busy' ? 'spin' : undefined} />
      <span>{children}</span>
    </span>
  );
}

const phaseTones: Record<Phase, Tone> = {
  Pending: 'idle',
  Running: 'busy',
  Succeeded: 'good',
  Failed: 'bad',
  Cancelled: 'idle',
};

export function PhaseStatus({ phase }: { phase: Phase }) {
  const { t } = useTranslation();
  return (
    <Status tone={phaseTones[phase]} testid="phase">
      {t(`phase.${phase}`)}
    </Status>
  );
}

const stateTones: Record<ApplicationState, Tone> = {
  Running: 'good',
  NotReady: 'warn',
  Stopped: 'idle',
  Empty: 'idle',
  Removed: 'idle',
};

export function StateStatus({ state }: { state: ApplicationState }) {
  const { t } = useTranslation();
  return (
    <Status tone={stateTones[state]} testid="state">
      {t(`state.${state}`)}
    </Status>
  );
}

export function readyCondition(conditions: Condition[] | undefined) {
  return conditions?.find((condition) => condition.type === 'Ready');
}

export function ReadyStatus({ conditions }: { conditions: Condition[] | undefined }) {
  const { t } = useTranslation();
  const ready = readyCondition(conditions);
  if (ready?.status === 'True')
    return (
      <Status tone="good" testid="ready">
        {t('ready.True')}
      </Status>
    );
  if (ready?.status === 'False')
    return (
      <Status tone="bad" testid="ready">
        {t('ready.False')}
      </Status>
    );
  return (
    <Status tone="busy" testid="ready">
      {t('ready.Unknown')}
    </Status>
  );
}
