import { SegmentedControl, Stack, TagsInput, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useItems } from '../../api/hooks';
import type { PolicyApplications } from '../../api/types';

export interface ApplicationsForm {
  by: 'names' | 'label' | 'all';
  names: string[]; // names, or beginnings with * at the end
  labels: string[]; // key=value
  excluded: string[];
}

export const isPattern = (text: string) => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$|^[a-z0-9]?[-a-z0-9]*\*$/.test(text);
export const isLabel = (text: string) => /^[A-Za-z0-9][\w./-]*=[\w.-]*$/.test(text);

export function toApplications(form: ApplicationsForm): PolicyApplications {
  const excluded = form.excluded.length > 0 ? { excluded: form.excluded } : {};
  if (form.by === 'names') return { namespaces: form.names };
  if (form.by === 'all') return excluded;
  const matchLabels = Object.fromEntries(
    form.labels.map((label) => [label.slice(0, label.indexOf('=')), label.slice(label.indexOf('=') + 1)]),
  );
  return { namespaceSelector: { matchLabels }, ...excluded };
}

// Whether it chooses something, in a form that the server takes.
export function isComplete(form: ApplicationsForm): boolean {
  if (!form.excluded.every(isPattern)) return false;
  if (form.by === 'names') return form.names.length > 0 && form.names.every(isPattern);
  return form.by === 'all' || (form.labels.length > 0 && form.labels.every(isLabel));
}

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
      {form.by !== 'names' && (
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
