// The end of a form: what was wrong with the last try, the way back, and the button that sends it.
import { Button, Group } from '@mantine/core';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { TroubleAlert } from './TroubleAlert';

interface FormFootProps {
  back: string; // where the way back leads to
  trouble: ComponentProps<typeof TroubleAlert>['trouble'] | undefined;
  busy: boolean;
  disabled: boolean;
  label: string;
  variant?: 'filled' | 'light';
  testid?: string;
}

export function FormFoot({ back, trouble, busy, disabled, label, variant, testid = 'save' }: FormFootProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <>
      {trouble && <TroubleAlert trouble={trouble} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => void navigate(back)}>
          {t('common.back')}
        </Button>
        <Button type="submit" loading={busy} disabled={disabled} variant={variant} data-testid={testid}>
          {label}
        </Button>
      </Group>
    </>
  );
}
