// A policy that backs up or exports, as a form: of what, when, where to, how long.
import type { PolicyApplications, PolicySpec, RetentionRule } from '../api/types';
import { retentionParts } from './policy';
import { defaultSchedule, isCron, toSchedule, toScheduleForm, type ScheduleForm } from './schedule';

export interface ApplicationsForm {
  by: 'names' | 'label' | 'all';
  names: string[]; // names, or beginnings with * at the end
  labels: string[]; // key=value
  excluded: string[];
  expressions?: NonNullable<PolicyApplications['namespaceSelector']>['matchExpressions']; // kept, not shown
}

export interface PolicyForm {
  applications: ApplicationsForm;
  schedule: ScheduleForm;
  backup: boolean; // local restore points
  export: boolean;
  location?: string;
  local?: RetentionRule;
  exported?: RetentionRule;
}

export const isPattern = (text: string) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$|^[a-z0-9]?[-a-z0-9]*\*$/.test(text);
export const isLabel = (text: string) => /^[A-Za-z0-9][\w./-]*=[\w.-]*$/.test(text);

export function toApplications(form: ApplicationsForm): PolicyApplications {
  const excluded = form.excluded.length > 0 ? { excluded: form.excluded } : {};
  if (form.by === 'names') return { namespaces: form.names, ...excluded };
  if (form.by === 'all') return excluded;
  const matchLabels = Object.fromEntries(
    form.labels.map((label) => [label.slice(0, label.indexOf('=')), label.slice(label.indexOf('=') + 1)]),
  );
  const matchExpressions = form.expressions && { matchExpressions: form.expressions };
  return { namespaceSelector: { matchLabels, ...matchExpressions }, ...excluded };
}

export function toApplicationsForm(applications: PolicyApplications | undefined): ApplicationsForm {
  const { namespaces = [], excluded = [], namespaceSelector } = applications ?? {};
  const { matchLabels = {}, matchExpressions } = namespaceSelector ?? {};
  return {
    by: namespaces.length > 0 ? 'names' : namespaceSelector ? 'label' : 'all',
    names: namespaces,
    labels: Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    excluded,
    ...(matchExpressions && { expressions: matchExpressions }),
  };
}

// Whether it chooses something, in a form that the server takes.
export function isComplete(form: ApplicationsForm): boolean {
  if (!form.excluded.every(isPattern)) return false;
  if (form.by === 'names') return form.names.length > 0 && form.names.every(isPattern);
  const some = form.labels.length > 0 || (form.expressions?.length ?? 0) > 0;
  return form.by === 'all' || (some && form.labels.every(isLabel));
}

export const newPolicyForm = (usual: { exported: RetentionRule; local: RetentionRule }): PolicyForm => ({
  applications: { by: 'names', names: [], labels: [], excluded: [] },
  schedule: defaultSchedule(),
  backup: false,
  export: true,
  ...usual,
});

export function toPolicyForm(spec: PolicySpec): PolicyForm {
  return {
    applications: toApplicationsForm(spec.applications),
    schedule: toScheduleForm(spec.schedule),
    backup: spec.backup !== undefined,
    export: spec.export !== undefined,
    ...(spec.export && { location: spec.export.location.name }),
    ...(spec.retention?.local && { local: spec.retention.local }),
    ...(spec.retention?.exported && { exported: spec.retention.exported }),
  };
}

const isRule = (rule: RetentionRule | undefined) =>
  rule !== undefined && (retentionParts(rule).length > 0 || rule.maxAge !== undefined);

// everywhere: the policy is of the system namespace, and says which applications it is about.
export function toPolicySpec(form: PolicyForm, everywhere: boolean): PolicySpec {
  const schedule = toSchedule(form.schedule);
  const local = form.backup && isRule(form.local) && { local: form.local };
  const exported = form.export && isRule(form.exported) && { exported: form.exported };
  return {
    ...(schedule && { schedule }),
    ...(everywhere && { applications: toApplications(form.applications) }),
    ...(form.backup && { backup: {} }),
    ...(form.export && form.location && { export: { location: { name: form.location } } }),
    ...((local || exported) && { retention: { ...local, ...exported } }),
  };
}

export function isPolicyComplete(form: PolicyForm, everywhere: boolean): boolean {
  return (
    (form.backup || form.export) &&
    (!form.export || form.location !== undefined) &&
    (!everywhere || isComplete(form.applications)) &&
    (form.schedule.how !== 'cron' || isCron(form.schedule.cron))
  );
}
