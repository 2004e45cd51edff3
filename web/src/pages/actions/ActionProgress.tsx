import { Group, Progress, Stack, Text } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled, IconCircleXFilled, IconLoader2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Action, Progress as ProgressFacts, VolumeProgress, VolumeState } from '../../api/types';
import { useServerWords } from '../../app/server_texts';
import { ConsistencyMark } from '../../components/ConsistencyMark';
import { Panel } from '../../components/Page';
import { Status, type Tone } from '../../components/Status';
import { phaseOf, stepStates, stepWord, type StepState } from '../../lib/actions';
import { formatBytes, formatDuration, percent, secondsLeft } from '../../lib/format';

const stepIcons = { done: IconCircleCheckFilled, active: IconLoader2, failed: IconCircleXFilled, waiting: IconCircle };
const stepTones: Record<StepState, Tone> = { done: 'good', active: 'busy', failed: 'bad', waiting: 'idle' };

const volumeTones: Record<VolumeState, Tone> = {
  Waiting: 'idle',
  Snapshot: 'busy',
  Starting: 'busy',
  Running: 'busy',
  Restarting: 'warn',
  Done: 'good',
  Failed: 'bad',
};

function Steps({ action }: { action: Action }) {
  const { t } = useTranslation();
  return (
    <ol className="steps" aria-label={t('action.steps')} data-testid="steps">
      {stepStates(action).map(({ step, state }) => {
        const Icon = stepIcons[state];
        return (
          <li key={step} className={`step step-${state}`} aria-current={state === 'active' ? 'step' : undefined}>
            <Icon
              size={20}
              aria-label={t(`stepState.${state}`)}
              className={`tone-${stepTones[state]} ${state === 'active' ? 'spin' : ''}`}
            />
            <span>{t(`step.${stepWord(action.kind, step)}`)}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Total({ progress, running }: { progress: ProgressFacts; running: boolean }) {
  const { t, i18n } = useTranslation();
  const { bytesDone, bytesTotal, rate, objectsDone, objectsTotal } = progress;
  const left = secondsLeft(bytesDone, bytesTotal, rate);
  const facts = [
    bytesTotal ? t('action.bytes', { done: formatBytes(bytesDone), total: formatBytes(bytesTotal) }) : '',
    running && rate ? `${formatBytes(rate)}/s` : '',
    running && left !== undefined ? t('action.left', { time: formatDuration(left, i18n.language) }) : '',
    objectsTotal ? t('action.objects', { done: objectsDone ?? 0, total: objectsTotal }) : '',
  ].filter(Boolean);
  if (facts.length === 0) return null;
  return (
    <Stack gap={6}>
      {bytesTotal ? (
        <Progress value={percent(bytesDone, bytesTotal)} size="lg" radius="xl" aria-label={t('action.progress')} />
      ) : null}
      <Text size="sm" className="number" style={{ whiteSpace: 'normal' }}>
        {facts.join(' · ')}
      </Text>
    </Stack>
  );
}

function Volume({ volume }: { volume: VolumeProgress }) {
  const { t } = useTranslation();
  const { say } = useServerWords();
  const { name, state = 'Waiting', bytesDone, bytesTotal, consistency, message } = volume;
  const facts = [
    bytesTotal ? t('action.bytes', { done: formatBytes(bytesDone ?? 0), total: formatBytes(bytesTotal) }) : '',
    message ? say(message) : '',
  ].filter(Boolean);
  return (
    <li className="volume" data-testid={`volume-${name}`}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600} className="wrap">
          {name}
        </Text>
        <Group gap="sm">
          <ConsistencyMark consistency={consistency} />
          <Status tone={volumeTones[state]}>{t(`volumeState.${state}`)}</Status>
        </Group>
      </Group>
      <Progress
        value={state === 'Done' ? 100 : percent(bytesDone, bytesTotal)}
        size="sm"
        aria-label={t('action.volumeProgress', { name })}
      />
      {facts.length > 0 && (
        <Text size="xs" c="dimmed" className="wrap">
          {facts.join(' · ')}
        </Text>
      )}
    </li>
  );
}

// How far an action is: its steps, all bytes together, and volume by volume.
export function ActionProgress({ action }: { action: Action }) {
  const { t } = useTranslation();
  const progress = action.status?.progress;
  const volumes = progress?.volumes ?? [];
  return (
    <Panel title={t('action.progress')} testid="progress">
      <Stack gap="md">
        <Steps action={action} />
        {progress && <Total progress={progress} running={phaseOf(action) === 'Running'} />}
        {volumes.length > 0 && (
          <ul className="volumes" aria-label={t('application.volumes')}>
            {volumes.map((volume) => (
              <Volume key={volume.name} volume={volume} />
            ))}
          </ul>
        )}
      </Stack>
    </Panel>
  );
}
