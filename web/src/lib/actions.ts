// Actions in order, and what their phases are.
import type { Action, ActionKind, Phase, Step } from '../api/types';

export const phaseOf = (action: Action): Phase => action.status?.phase ?? 'Pending';
export const isOver = (action: Action) => ['Succeeded', 'Failed', 'Cancelled'].includes(phaseOf(action));
export const isPlan = (action: Action) => action.kind === 'Restore' && action.spec.planOnly === true;

const beginning = (action: Action) => action.status?.startTime ?? action.metadata.creationTimestamp ?? '';

// Running ones first, then the newest.
export function sortActions(actions: Action[]): Action[] {
  return [...actions].sort((a, b) => {
    const running = Number(isOver(a)) - Number(isOver(b));
    return running || beginning(b).localeCompare(beginning(a));
  });
}

export const actionPath = (action: Action) =>
  `/actions/${action.kind.toLowerCase()}/${action.metadata.namespace}/${action.metadata.name}`;

export function kindOfPath(text: string | undefined): ActionKind | undefined {
  const kinds: Record<string, ActionKind> = {
    backup: 'Backup',
    export: 'Export',
    import: 'Import',
    restore: 'Restore',
  };
  return kinds[text ?? ''];
}

const stepsOfKind: Record<ActionKind, Step[]> = {
  Backup: ['check', 'capture', 'volumes-out', 'save'],
  Export: ['check', 'capture', 'volumes-out', 'save'],
  Import: ['check', 'save'],
  Restore: ['check', 'plan', 'volumes-in', 'manifests', 'ready'],
};

export function stepsOf(action: Action): Step[] {
  return isPlan(action) ? ['check', 'plan'] : stepsOfKind[action.kind];
}

// What a step is called: a Backup reads no data, it has the storage keep them.
export const stepWord = (kind: ActionKind, step: Step) =>
  kind === 'Backup' && step === 'volumes-out' ? 'snapshots' : step;

export type StepState = 'done' | 'active' | 'failed' | 'waiting';

export function stepStates(action: Action): { step: Step; state: StepState }[] {
  const phase = phaseOf(action);
  const steps = stepsOf(action);
  const at = action.status?.step ? steps.indexOf(action.status.step) : -1;
  return steps.map((step, index) => {
    if (phase === 'Succeeded' || index < at) return { step, state: 'done' };
    if (index === Math.max(at, 0) && phase === 'Running') return { step, state: 'active' };
    if (index === Math.max(at, 0) && (phase === 'Failed' || phase === 'Cancelled')) return { step, state: 'failed' };
    return { step, state: 'waiting' };
  });
}
