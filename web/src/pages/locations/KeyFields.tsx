import { PasswordInput, SimpleGrid, TextInput } from '@mantine/core';
import type { ClipboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { keysAndPlace, keysOnly, parseKeys } from '../../lib/keys';
import type { FieldsProps } from './PlaceFields';

// placed: where the location is is known already; a paste fills the keys alone.
export function KeyFields({ form, onChange, placed }: FieldsProps & { placed?: boolean }) {
  const { t } = useTranslation();
  const paste = (event: ClipboardEvent) => {
    const found = parseKeys(event.clipboardData.getData('text'));
    if (!found) return;
    event.preventDefault();
    onChange(placed ? keysOnly(found) : keysAndPlace(found));
  };
  if (form.preset === 'nfs') return null;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} onPaste={paste}>
      <TextInput
        label={t('location.accessKeyId')}
        description={t('location.pasteText')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={form.accessKeyId}
        onChange={(event) => onChange({ accessKeyId: event.currentTarget.value })}
        autoComplete="off"
        data-testid="access-key-id"
      />
      <PasswordInput
        label={t('location.secretAccessKey')}
        description={t('location.secretKeyText')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={form.secretAccessKey}
        onChange={(event) => onChange({ secretAccessKey: event.currentTarget.value })}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': t('common.showHide') }}
        data-testid="secret-access-key"
      />
    </SimpleGrid>
  );
}
