import { Stack, Switch, TagsInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PolicyRestore } from '../../api/types';
import { isName } from '../../lib/names';

export interface RestoreForm {
  wanted: boolean;
  target: string;
  classes: string[]; // source=target
}

export const isClassPair = (text: string) => /^[^=\s]+=[^=\s]+$/.test(text);

export const isRestoreComplete = (form: RestoreForm) =>
  !form.wanted || ((form.target === '' || isName(form.target)) && form.classes.every(isClassPair));

export function toPolicyRestore(form: RestoreForm): PolicyRestore | undefined {
  if (!form.wanted) return undefined;
  const storageClasses = Object.fromEntries(form.classes.map((pair) => pair.split('=')));
  return {
    ...(form.target && { targetNamespace: form.target }),
    ...(form.classes.length > 0 && { storageClasses }),
  };
}

interface Props {
  form: RestoreForm;
  onChange: (change: Partial<RestoreForm>) => void;
  application: string;
  elsewhere: boolean; // whether another namespace may be chosen
}

export function RestoreAfter({ form, onChange, application, elsewhere }: Props) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Switch
        label={t('importPolicy.restore')}
        description={t('importPolicy.restoreText')}
        checked={form.wanted}
        onChange={(event) => onChange({ wanted: event.currentTarget.checked })}
        data-testid="restore-after"
      />
      {form.wanted && (
        <>
          {elsewhere && (
            <TextInput
              label={t('action.target')}
              placeholder={application}
              value={form.target}
              onChange={(event) => onChange({ target: event.currentTarget.value })}
              error={form.target && !isName(form.target) ? t('nameError.bad') : undefined}
              data-testid="target"
            />
          )}
          <TagsInput
            label={t('importPolicy.classes')}
            description={t('importPolicy.classesText')}
            placeholder="standard=fast"
            value={form.classes}
            onChange={(classes) => onChange({ classes })}
            acceptValueOnBlur
            error={form.classes.every(isClassPair) ? undefined : t('importPolicy.classesError')}
          />
        </>
      )}
    </Stack>
  );
}
