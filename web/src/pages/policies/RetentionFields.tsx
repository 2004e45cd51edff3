import { NumberInput, SimpleGrid, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RetentionRule } from '../../api/types';
import { retentionCounts } from '../../lib/policy';

export const usualRetention: RetentionRule = { daily: 7, weekly: 4, monthly: 12 };

interface Props {
  rule: RetentionRule | undefined; // absent: everything stays
  onChange: (rule: RetentionRule | undefined) => void;
}

export function RetentionFields({ rule, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Switch
        label={t('retention.limited')}
        description={t('retention.limitedText')}
        checked={rule !== undefined}
        onChange={(event) => onChange(event.currentTarget.checked ? usualRetention : undefined)}
        data-testid="retention"
      />
      {rule && (
        <SimpleGrid cols={{ base: 2, xs: 3, sm: 6 }} spacing="sm">
          {retentionCounts.map((count) => (
            <NumberInput
              key={count}
              label={t(`retention.count.${count}`)}
              min={0}
              max={1000}
              placeholder="0"
              value={rule[count] ?? ''}
              onChange={(value) => onChange({ ...rule, [count]: Number(value) || undefined })}
            />
          ))}
        </SimpleGrid>
      )}
    </>
  );
}
