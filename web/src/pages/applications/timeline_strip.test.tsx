// The line of restore points: nothing leaves it, and it is not drawn from now to now.
import { expect, test } from 'vitest';
import type { RestorePoint } from '../../api/types';
import { show } from '../../testing/render';
import { TimelineStrip } from './TimelineStrip';

const point = (name: string, secondsAgo: number): RestorePoint => ({
  metadata: { name, namespace: 'shop' },
  spec: { application: 'shop', kind: 'Exported', id: name },
  status: { createdAt: new Date(Date.now() - 1000 * secondsAgo).toISOString() },
});

const places = () =>
  [...document.querySelectorAll<HTMLElement>('.strip-dot')].map(({ style }) => Number.parseFloat(style.left));

test('a restore point that is younger than the minute of the page is at the end', async () => {
  await show(<TimelineStrip points={[point('young', -50), point('old', 7200)]} />);
  expect(places()).toEqual([100, 0]);
});

test('restore points of one minute make no line', async () => {
  await show(<TimelineStrip points={[point('second', 1), point('first', 20)]} />);
  expect(places()).toEqual([]);
});
