import { useTranslation } from 'react-i18next';
import { useItems } from '../../api/hooks';
import type { Policy, RetentionRule } from '../../api/types';
import { applicationsWords, importedPoints, kindOf, retentionParts } from '../../lib/policy';
import { formatEvery, scheduleWords } from '../../lib/schedule';

// A policy as one sentence, and its retention as another.
export function usePolicyWords(): (policy: Policy) => { sentence: string; retention?: string } {
  const { t, i18n } = useTranslation();
  const points = useItems('RestorePoint');
  const listed = (items: string[]) => new Intl.ListFormat(i18n.language, { type: 'conjunction' }).format(items);

  const when = (policy: Policy) => {
    const { schedule } = policy.spec;
    const { key, values } = scheduleWords(schedule);
    const weekday = values.weekday ? t(`weekday.${values.weekday}`) : undefined;
    const every = values.every ? formatEvery(values.every, i18n.language) : undefined;
    const words = t(`schedule.${key}`, { ...values, ...(weekday && { weekday }), ...(every && { every }) });
    return schedule?.timeZone ? t('schedule.zone', { when: words, zone: schedule.timeZone }) : words;
  };

  const what = (policy: Policy) => {
    const { names, prefixes, labels, excluded } = applicationsWords(policy.spec.applications);
    const chosen = [
      ...names,
      ...prefixes.map((prefix) => t('policy.prefix', { prefix: prefix.slice(0, -1) })),
      ...(labels.length > 0 ? [t('policy.labelled', { labels: labels.join(', ') })] : []),
    ];
    const words = chosen.length > 0 ? listed(chosen) : t('policy.all');
    return excluded.length > 0 ? t('policy.except', { what: words, excluded: listed(excluded) }) : words;
  };

  const keeps = (rule: RetentionRule | undefined, of: 'exported' | 'local') => {
    const parts = retentionParts(rule).map(({ count, value }) => t(`retention.part.${count}`, { count: value }));
    return parts.length > 0 ? t(`policy.keeps.${of}`, { what: listed(parts) }) : '';
  };

  return (policy) => {
    const { spec, metadata } = policy;
    const { exported, local } = spec.retention ?? {};
    const retention = [keeps(exported, 'exported'), keeps(local, 'local')].filter(Boolean).join(' ') || undefined;
    const values = { when: when(policy), location: (spec.export ?? spec.import)?.location.name ?? '' };
    if (kindOf(policy) !== 'import') {
      const kind = spec.backup && spec.export ? 'both' : kindOf(policy);
      return { sentence: t(`policy.sentence.${kind}`, { ...values, what: what(policy) }), retention };
    }
    const name = importedPoints(policy, points)[0]?.spec.application ?? metadata.name;
    const target = spec.restore ? (spec.restore.targetNamespace ?? name) : undefined;
    return target
      ? { sentence: t('policy.sentence.importRestore', { ...values, name, target }) }
      : { sentence: t('policy.sentence.import', { ...values, name }) };
  };
}
