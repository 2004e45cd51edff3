import { Alert, Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Location } from '../../api/types';
import { KeyFields } from './KeyFields';
import type { FieldsProps } from './PlaceFields';

export function PassphraseField({ form, onChange, description }: FieldsProps & { description: string }) {
  const { t } = useTranslation();
  return (
    <PasswordInput
      label={t('location.passphrase')}
      description={description}
      value={form.passphrase}
      onChange={(event) => onChange({ passphrase: event.currentTarget.value })}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': t('common.showHide') }}
      data-testid="passphrase"
    />
  );
}

interface KeptProps {
  text: string;
  button: string;
  testid: string;
  onLeave: () => void; // it stays as it is, whatever was typed
  children: ReactNode;
}

// What a Secret holds is never shown: it stays, or is typed anew.
function Kept({ text, button, testid, onLeave, children }: KeptProps) {
  const { t } = useTranslation();
  const [changing, setChanging] = useState(false);
  const toggle = () => {
    if (changing) onLeave();
    setChanging(!changing);
  };
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed" className="wrap" flex={1} miw={160}>
          {text}
        </Text>
        <Button size="xs" variant="default" onClick={toggle} aria-expanded={changing} data-testid={testid}>
          {changing ? t('location.leave') : button}
        </Button>
      </Group>
      {changing && children}
    </Stack>
  );
}

// Keys and passphrase of a location that is there.
export function ChangedSecrets({ location, form, onChange }: FieldsProps & { location: Location }) {
  const { t } = useTranslation();
  const { s3, passphraseSecret } = location.spec;
  const { namespace = '' } = location.metadata;
  const secret = s3?.credentialsSecret?.name;
  return (
    <>
      {s3 && (
        <Kept
          text={secret ? t('location.keysKept', { secret, namespace }) : t('location.keysNone')}
          button={t('location.changeKeys')}
          testid="change-keys"
          onLeave={() => onChange({ accessKeyId: '', secretAccessKey: '', sessionToken: '' })}
        >
          <KeyFields form={form} onChange={onChange} placed />
        </Kept>
      )}
      <Kept
        text={
          passphraseSecret
            ? t('location.passphraseKept', { secret: passphraseSecret.name, namespace })
            : t('location.passphraseNone')
        }
        button={t(passphraseSecret ? 'location.changePassphrase' : 'location.setPassphrase')}
        testid="change-passphrase"
        onLeave={() => onChange({ passphrase: '' })}
      >
        {passphraseSecret && (
          <Alert color="orange" variant="light" icon={<IconAlertTriangle aria-hidden />} className="alert">
            <Text size="sm">{t('location.passphraseWarning')}</Text>
          </Alert>
        )}
        <PassphraseField form={form} onChange={onChange} description={t('location.passphraseChangeText')} />
      </Kept>
    </>
  );
}
