// Which locations an object may name, and which is the likely one.
import type { Action, Location, Policy, RestorePoint } from '../api/types';
import { isOver, isPlan, sortActions } from './actions';

export const isReady = (location: Location) =>
  location.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;

export const isWritable = (location: Location) => location.spec.access !== 'ReadOnly';

// Those of the namespace itself, and the shared ones of the system namespace that have no namesake among them.
export function usableLocations(locations: Location[], namespace: string, systemNamespace: string): Location[] {
  const own = locations.filter(({ metadata }) => metadata.namespace === namespace);
  const names = new Set(own.map(({ metadata }) => metadata.name));
  const shared = locations.filter(
    ({ metadata, spec }) =>
      metadata.namespace === systemNamespace && spec.shared === true && !names.has(metadata.name),
  );
  return [...own, ...shared];
}

// Where this application went last, else the first that works.
export function likelyLocation(locations: Location[], exports: Action[], application: string): string | undefined {
  const last = sortActions(exports).find(
    ({ spec, status }) => spec.application?.namespace === application && status?.phase === 'Succeeded',
  )?.spec.location?.name;
  const ready = locations.filter(isReady);
  return (ready.find(({ metadata }) => metadata.name === last) ?? ready[0] ?? locations[0])?.metadata.name;
}

export interface Hanging {
  policies: string[];
  actions: number; // under way
  points: number;
  applications: string[]; // that the restore points are of
}

// What a location is named by: it stands still, or is no longer seen, without it.
export function hangingOn(
  { metadata, spec }: Location,
  systemNamespace: string,
  locations: Location[],
  { policies, actions, points }: { policies: Policy[]; actions: Action[]; points: RestorePoint[] },
): Hanging {
  const { name, namespace } = metadata;
  const namesakes = new Set(
    locations.filter((each) => each.metadata.name === name).map((each) => each.metadata.namespace),
  );
  // As the controller finds it: in the object's own namespace first, then among the shared ones.
  const means = (from: string | undefined, named: string | undefined) =>
    named === name &&
    (from === namespace || (namespace === systemNamespace && spec.shared === true && !namesakes.has(from)));
  const there = points.filter(
    (point) =>
      point.spec.location?.name === name &&
      (point.spec.location.namespace ?? point.metadata.namespace) === namespace,
  );
  return {
    policies: policies
      .filter((policy) => means(policy.metadata.namespace, (policy.spec.export ?? policy.spec.import)?.location.name))
      .map((policy) => policy.metadata.name),
    actions: actions.filter(
      (action) =>
        !isOver(action) && !isPlan(action) && means(action.metadata.namespace, action.spec.location?.name),
    ).length,
    points: there.length,
    applications: [...new Set(there.map((point) => point.spec.application))].sort(),
  };
}
