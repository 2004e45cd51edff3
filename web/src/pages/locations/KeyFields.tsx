import { PasswordInput, SimpleGrid, TextInput } from '@mantine/core';
import type { ClipboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { pastedKeys } from '../../lib/pasted';
import type { FieldsProps } from './PlaceFields';

export function KeyFields({ form, onChange }: FieldsProps) {
  const { t } = useTranslation();
  if (form.preset === 'nfs') return null;
  const paste = (event: ClipboardEvent) => {
    const keys = pastedKeys(event.clipboardData.getData('text'));
    if (!keys) return;
    event.preventDefault();
    onChange(keys);
  };
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} onPasteCapture={paste}>
      <TextInput
        label={t('location.accessKeyId')}
        description={t('location.accessKeyText')}
        value={form.accessKeyId}
        onChange={(event) => onChange({ accessKeyId: event.currentTarget.value })}
        autoComplete="off"
        data-testid="access-key-id"
      />
      <PasswordInput
        label={t('location.secretAccessKey')}
        description={t('location.secretKeyText')}
        value={form.secretAccessKey}
        onChange={(event) => onChange({ secretAccessKey: event.currentTarget.value })}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('common.showHide') }}
        data-testid="secret-access-key"
      />
    </SimpleGrid>
  );
}
