import { NumberInput, SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RetentionRule } from '../../api/types';
import { retentionCounts } from '../../lib/policy';
import { formatEvery } from '../../lib/schedule';

export type RetainedKind = 'exported' | 'local';

// Snapshots take room in the cluster's own storage: fewer of them.
export const usualRetention: Record<RetainedKind, RetentionRule> = {
  exported: { daily: 7, weekly: 4, monthly: 12 },
  local: { latest: 3 },
};

interface Props {
  of: RetainedKind;
  rule: RetentionRule | undefined; // absent: everything stays
  onChange: (rule: RetentionRule | undefined) => void;
}

export function RetentionFields({ of, rule, onChange }: Props) {
  const { t, i18n } = useTranslation();
  return (
    <Stack gap="sm">
      <Switch
        label={t(`retention.limited.${of}`)}
        description={t('retention.limitedText')}
        checked={rule !== undefined}
        onChange={(event) => onChange(event.currentTarget.checked ? usualRetention[of] : undefined)}
        data-testid={of === 'exported' ? 'retention' : 'retention-local'}
      />
      {rule && (
        <SimpleGrid
          cols={{ base: 2, xs: 3, sm: 6 }}
          spacing="sm"
          role="group"
          aria-label={t(`retention.limited.${of}`)}
        >
          {retentionCounts.map((count) => (
            <NumberInput
              key={count}
              label={t(`retention.count.${count}`)}
              min={0}
              max={1000}
              placeholder="0"
              value={rule[count] ?? ''}
              onChange={(value) => onChange({ ...rule, [count]: Number(value) || undefined })}
              data-testid={`keep-${of}-${count}`}
            />
          ))}
        </SimpleGrid>
      )}
      {rule?.maxAge && (
        <Text size="sm" c="dimmed">
          {t('retention.maxAge', { age: formatEvery(rule.maxAge, i18n.language) || rule.maxAge })}
        </Text>
      )}
    </Stack>
  );
}
