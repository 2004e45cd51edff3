import { PasswordInput, SimpleGrid, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FieldsProps } from './PlaceFields';

export function KeyFields({ form, onChange }: FieldsProps) {
  const { t } = useTranslation();
  if (form.preset === 'nfs') return null;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <TextInput
        label={t('location.accessKeyId')}
        value={form.accessKeyId}
        onChange={(event) => onChange({ accessKeyId: event.currentTarget.value })}
        autoComplete="off"
        data-testid="access-key-id"
      />
      <PasswordInput
        label={t('location.secretAccessKey')}
        value={form.secretAccessKey}
        onChange={(event) => onChange({ secretAccessKey: event.currentTarget.value })}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('common.showHide') }}
        data-testid="secret-access-key"
      />
    </SimpleGrid>
  );
}
