import { Anchor, MultiSelect, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useItems } from '../api/hooks';
import { readyCondition } from './Status';

interface TransformsSelectProps {
  namespace: string; // that of the restore or policy: only its TransformSets count
  value: string[];
  onChange: (names: string[]) => void;
}

// TransformSets in the order in which they are chosen, which is the order in which they are applied.
export function TransformsSelect({ namespace, value, onChange }: TransformsSelectProps) {
  const { t } = useTranslation();
  const sets = useItems('TransformSet').filter(({ metadata }) => metadata.namespace === namespace);
  const names = [...new Set([...sets.map(({ metadata }) => metadata.name), ...value])].sort();
  const wrong = sets.find(
    ({ metadata, status }) =>
      value.includes(metadata.name) && readyCondition(status?.conditions)?.status === 'False',
  );
  if (names.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t('transforms.noneToChoose')}{' '}
        <Anchor component={Link} to="/transforms/new" inherit underline="always">
          {t('transforms.add')}
        </Anchor>
      </Text>
    );
  }
  return (
    <MultiSelect
      label={t('transforms.choose')}
      description={t('transforms.chooseText')}
      data={names}
      value={value}
      onChange={onChange}
      maxValues={16}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('transforms.chooseNone') }}
      error={wrong ? t('transforms.wrong', { name: wrong.metadata.name }) : undefined}
      data-testid="transforms"
    />
  );
}
