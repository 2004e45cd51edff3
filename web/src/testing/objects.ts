// Objects for tests, with what they must have filled in.
import type { Application, Condition } from '../api/types';

export const application = (name: string, state: Application['state'] = 'Running', system = false): Application => ({
  metadata: { name },
  namespace: name,
  state,
  system,
  labels: {},
  workloads: [],
  volumes: [],
  addresses: [],
});

export const readyCondition = (ready: boolean, reason = 'Checked', message = ''): Condition => ({
  type: 'Ready',
  status: ready ? 'True' : 'False',
  reason,
  message,
  lastTransitionTime: '2026-01-01T00:00:00Z',
});
