// What a person should look at, worst first, each with the page where it can be put right.
import type { Action, Application, Location, Policy, RestorePoint, Trouble } from '../api/types';
import { actionPath, isOver, isPlan, phaseOf, sortActions } from './actions';
import { subjectOf } from './applications';

export interface Attention {
  kind: 'location' | 'policy' | 'action' | 'application';
  id: string;
  name: string; // of the object, or of the application an action is of
  actionKind?: Action['kind'];
  trouble?: Trouble;
  to: string;
}

function notReady(conditions: { type: string; status: string; message: string }[] | undefined): Trouble | undefined {
  const ready = conditions?.find((condition) => condition.type === 'Ready' && condition.status === 'False');
  return ready && { message: ready.message };
}

// A failed action counts until the same was tried again, whatever came of that.
function failedActions(actions: Action[], points: RestorePoint[]): Attention[] {
  const seen = new Set<string>();
  const found: Attention[] = [];
  for (const action of sortActions(actions)) {
    if (isPlan(action) || !isOver(action)) continue;
    const subject = subjectOf(action, points) ?? action.metadata.name;
    const key = `${action.kind}/${subject}/${action.spec.targetNamespace ?? ''}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (phaseOf(action) !== 'Failed') continue;
    found.push({
      kind: 'action',
      id: `action/${action.kind}/${action.metadata.namespace}/${action.metadata.name}`,
      name: subject,
      actionKind: action.kind,
      trouble: action.status?.error,
      to: actionPath(action),
    });
  }
  return found;
}

export function attention(
  locations: Location[],
  policies: Policy[],
  actions: Action[],
  applications: Application[],
  points: RestorePoint[],
): Attention[] {
  const found: Attention[] = [];
  for (const { metadata, status } of locations) {
    const trouble = status?.error ?? notReady(status?.conditions);
    if (!trouble) continue;
    const path = `${metadata.namespace}/${metadata.name}`;
    found.push({ kind: 'location', id: `location/${path}`, name: metadata.name, trouble, to: `/locations/${path}` });
  }
  for (const { metadata, status, spec } of policies) {
    const trouble = status?.error ?? notReady(status?.conditions);
    if (!trouble || spec.paused) continue;
    found.push({
      kind: 'policy',
      id: `policy/${metadata.namespace}/${metadata.name}`,
      name: metadata.name,
      trouble,
      to: '/policies',
    });
  }
  found.push(...failedActions(actions, points));
  for (const { metadata, state, system } of applications) {
    if (state !== 'NotReady' || system) continue;
    found.push({
      kind: 'application',
      id: `application/${metadata.name}`,
      name: metadata.name,
      to: `/applications/${metadata.name}`,
    });
  }
  return found;
}
