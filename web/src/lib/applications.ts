// Applications as the pages know them: what runs here, and what only restore points tell of.
import type { Action, Application, RestorePoint } from '../api/types';

export interface ApplicationEntry {
  name: string;
  application?: Application; // absent: removed
  points: RestorePoint[]; // newest first
  removed: boolean;
  system: boolean;
  imported: boolean; // all its restore points are another cluster's
}

export const createdAt = (point: RestorePoint) => point.status?.createdAt ?? point.metadata.creationTimestamp ?? '';

export function newestFirst(points: RestorePoint[]): RestorePoint[] {
  return [...points].sort((a, b) => createdAt(b).localeCompare(createdAt(a)));
}

export function deriveApplications(applications: Application[], points: RestorePoint[]): ApplicationEntry[] {
  const byName = new Map<string, ApplicationEntry>();
  const entry = (name: string): ApplicationEntry => {
    let found = byName.get(name);
    if (!found) {
      found = { name, points: [], removed: true, system: false, imported: false };
      byName.set(name, found);
    }
    return found;
  };
  for (const application of applications) {
    const found = entry(application.metadata.name);
    found.application = application;
    found.removed = false;
    found.system = application.system ?? false;
  }
  for (const point of points) entry(point.spec.application).points.push(point);
  for (const found of byName.values()) {
    found.points = newestFirst(found.points);
    found.imported = found.points.length > 0 && found.points.every((point) => point.spec.imported);
  }
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name));
}

export type ApplicationFilter = 'all' | 'running' | 'attention' | 'removed' | 'system';
export const applicationFilters: ApplicationFilter[] = ['all', 'running', 'attention', 'removed', 'system'];

export function needsAttention(entry: ApplicationEntry): boolean {
  return !entry.system && entry.application?.state === 'NotReady';
}

export function matches(entry: ApplicationEntry, filter: ApplicationFilter, search: string): boolean {
  if (search && !entry.name.includes(search.trim().toLowerCase())) return false;
  switch (filter) {
    case 'system':
      return entry.system;
    case 'running':
      return !entry.system && entry.application?.state === 'Running';
    case 'attention':
      return needsAttention(entry);
    case 'removed':
      return entry.removed;
    default:
      return !entry.system;
  }
}

// What an action is of, as far as the action itself says.
export function subjectOf(action: Action, points: RestorePoint[]): string | undefined {
  if (action.spec.application) return action.spec.application.namespace;
  const name = action.spec.restorePoint?.name ?? action.status?.newest?.name ?? action.status?.restorePoint?.name;
  return points.find((point) => point.metadata.name === name)?.spec.application;
}
