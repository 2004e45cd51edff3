import { Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Consistency } from '../api/types';
import { Status, type Tone } from './Status';

const tones: Record<Consistency, Tone> = {
  'group-snapshot': 'good',
  'volume-snapshot': 'good',
  quiesced: 'good',
  unmounted: 'good',
  live: 'warn',
};

export const consistencyTone = (consistency: Consistency | undefined): Tone =>
  consistency ? tones[consistency] : 'idle';

// How true to one instant a copy is, with the sentence that explains it.
export function ConsistencyMark({ consistency }: { consistency: Consistency | undefined }) {
  const { t } = useTranslation();
  if (!consistency) return null;
  return (
    <Tooltip
      label={t(`consistencyText.${consistency}`)}
      multiline
      maw={280}
      events={{ hover: true, focus: true, touch: true }}
    >
      <span>
        <Status tone={consistencyTone(consistency)} testid="consistency">
          {t(`consistency.${consistency}`)}
        </Status>
      </span>
    </Tooltip>
  );
}
