// Which locations an object may name, and which is the likely one.
import type { Action, Location } from '../api/types';
import { sortActions } from './actions';

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
