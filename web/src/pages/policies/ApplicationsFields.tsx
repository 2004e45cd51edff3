import { SegmentedControl, Stack, TagsInput, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useItems } from '../../api/hooks';
import { isLabel, isPattern, type ApplicationsForm } from '../../lib/policy_form';

interface Props {
  form: ApplicationsForm;
  onChange: (change: Partial<ApplicationsForm>) => void;
}

export function ApplicationsFields({ form, onChange }: Props) {
  const { t } = useTranslation();
  const names = useItems('Application')
    .filter(({ system }) => !system)
    .map(({ metadata }) => metadata.name)
    .sort();
  return (
    <Stack gap="sm">
      <SegmentedControl
        fullWidth
        aria-label={t('select.by')}
        value={form.by}
        onChange={(by) => onChange({ by: by as ApplicationsForm['by'] })}
        data={(['names', 'label', 'all'] as const).map((value) => ({ value, label: t(`select.${value}`) }))}
      />
      {form.by === 'names' && (
        <TagsInput
          label={t('select.namesLabel')}
          description={t('select.namesText')}
          data={names}
          value={form.names}
          onChange={(value) => onChange({ names: value })}
          acceptValueOnBlur
          error={form.names.every(isPattern) ? undefined : t('select.namesError')}
          data-testid="applications"
        />
      )}
      {form.by === 'label' && (
        <TagsInput
          label={t('select.labelLabel')}
          description={t('select.labelText')}
          placeholder="backup=yes"
          value={form.labels}
          onChange={(value) => onChange({ labels: value })}
          acceptValueOnBlur
          error={form.labels.every(isLabel) ? undefined : t('select.labelError')}
          data-testid="labels"
        />
      )}
      {form.by === 'label' && form.expressions && (
        <Text size="sm" c="dimmed">
          {t('select.expressions')}
        </Text>
      )}
      {(form.by !== 'names' || form.excluded.length > 0) && (
        <TagsInput
          label={t('select.excluded')}
          data={names}
          value={form.excluded}
          onChange={(value) => onChange({ excluded: value })}
          acceptValueOnBlur
          error={form.excluded.every(isPattern) ? undefined : t('select.namesError')}
        />
      )}
      {form.by === 'all' && (
        <Text size="sm" c="dimmed">
          {t('select.allText')}
        </Text>
      )}
    </Stack>
  );
}
