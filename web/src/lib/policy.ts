// A policy in words: keys of texts and what is put into them, for usePolicyWords.
import type { Policy, PolicyApplications, RestorePoint, RetentionRule } from '../api/types';
import { newestFirst } from './applications';

export type PolicyKind = 'export' | 'import' | 'backup';

export function kindOf({ spec }: Policy): PolicyKind {
  if (spec.import) return 'import';
  return spec.export ? 'export' : 'backup';
}

export interface ApplicationsWords {
  names: string[];
  prefixes: string[];
  labels: string[];
  excluded: string[];
}

export function applicationsWords(applications: PolicyApplications | undefined): ApplicationsWords {
  const named = applications?.namespaces ?? [];
  const { matchLabels = {}, matchExpressions = [] } = applications?.namespaceSelector ?? {};
  return {
    names: named.filter((name) => !name.endsWith('*')),
    prefixes: named.filter((name) => name.endsWith('*') && name !== '*'),
    labels: [
      ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
      ...matchExpressions.map(({ key, operator, values }) =>
        [key, operator, values?.join(',')].filter(Boolean).join(' '),
      ),
    ],
    excluded: applications?.excluded ?? [],
  };
}

export const retentionCounts = ['latest', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export type RetentionCount = (typeof retentionCounts)[number];

export function retentionParts(rule: RetentionRule | undefined): { count: RetentionCount; value: number }[] {
  return retentionCounts.flatMap((count) => (rule?.[count] ? [{ count, value: rule[count] }] : []));
}

// What an importing policy has brought here, newest first: they are opened by its token.
export function importedPoints(policy: Policy, points: RestorePoint[]): RestorePoint[] {
  const secret = policy.spec.import?.tokenSecret.name;
  return newestFirst(
    points.filter(({ metadata, spec }) => {
      const namespace = spec.tokenSecret?.namespace ?? metadata.namespace;
      return secret !== undefined && spec.tokenSecret?.name === secret && namespace === policy.metadata.namespace;
    }),
  );
}

// Whether a run was asked for that the controller has not begun yet.
export function isWaiting(policy: Policy): boolean {
  const asked = policy.metadata.annotations?.['tranship.io/run'];
  return asked !== undefined && asked !== policy.status?.lastRun;
}
