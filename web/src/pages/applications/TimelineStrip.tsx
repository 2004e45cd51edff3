import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RestorePoint } from '../../api/types';
import { consistencyTone } from '../../components/ConsistencyMark';
import { useNow } from '../../components/TimeAgo';
import { createdAt } from '../../lib/applications';
import { formatRelative } from '../../lib/format';

const smallest = 4;
const largest = 11;
const shortest = 60_000; // milliseconds; from now to now there is nothing to see

// The radius grows with the size, by its cube root: what is a thousand times larger is ten times wider.
function radius(bytes: number | undefined, most: number): number {
  if (!bytes || !most) return smallest;
  return smallest + (largest - smallest) * Math.cbrt(bytes / most);
}

// Gaps and growth at a glance; the list below says the same in words.
export function TimelineStrip({ points }: { points: RestorePoint[] }) {
  const { t, i18n } = useTranslation();
  const minute = useNow(60);
  const times = points.map((point) => Date.parse(createdAt(point)));
  const begin = Math.min(...times);
  // The newest may be younger than the page's minute.
  const now = Math.max(minute, ...times);
  const span = now - begin;
  if (points.length < 2 || span < shortest) return null;
  const most = Math.max(...points.map((point) => point.status?.bytes ?? 0));
  return (
    <div className="strip" aria-hidden="true">
      <div className="strip-axis">
        {points.map((point, index) => {
          const size = 2 * radius(point.status?.bytes, most);
          return (
            <span
              key={point.metadata.name}
              className={`strip-dot tone-${consistencyTone(point.status?.consistency)}`}
              style={{ left: `${(((times[index] ?? begin) - begin) / span) * 100}%`, width: size, height: size }}
            />
          );
        })}
      </div>
      <div className="strip-ends">
        <Text size="xs" c="dimmed">
          {formatRelative(new Date(begin).toISOString(), now, i18n.language)}
        </Text>
        <Text size="xs" c="dimmed">
          {t('point.now')}
        </Text>
      </div>
    </div>
  );
}
