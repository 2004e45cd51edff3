// What a plan asks a person to decide.
import type { Plan, RestorePoint } from '../api/types';

// Kinds of cluster-scoped things the application needs, with the names: carrying is chosen by kind.
export function neededKinds(plan: Plan): { kind: string; names: string[] }[] {
  const kinds = new Map<string, string[]>();
  for (const { object, kind } of plan.needs ?? []) {
    const name = object.slice(object.indexOf(' ') + 1);
    kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
  }
  return [...kinds].map(([kind, names]) => ({ kind, names }));
}

// StorageClasses of the source that somebody must choose a stand-in for, with the volumes that want them.
export function missingClasses(
  point: RestorePoint | undefined,
  here: string[],
  blockers: { object: string; reason: string }[],
): { source: string; volumes: string[] }[] {
  const classes = new Map<string, string[]>();
  for (const { name, storageClass } of point?.status?.volumes ?? []) {
    if (storageClass) classes.set(storageClass, [...(classes.get(storageClass) ?? []), name]);
  }
  return [...classes]
    .filter(
      ([source]) =>
        !here.includes(source) ||
        blockers.some(({ object, reason }) => object === source || reason.includes(`StorageClass ${source} `)),
    )
    .map(([source, volumes]) => ({ source, volumes }));
}
