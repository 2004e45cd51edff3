import { Select, Stack, Switch, TagsInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { existingValues, type Existing, type PolicyRestore } from '../../api/types';
import { TransformsSelect } from '../../components/TransformsSelect';
import { isName } from '../../lib/names';

export interface RestoreForm {
  wanted: boolean;
  target: string;
  existing: Existing;
  classes: string[]; // source=target
  transforms: string[];
  carry?: string[]; // what an existing policy said; not shown
}

export const noRestore: RestoreForm = { wanted: false, target: '', existing: 'Update', classes: [], transforms: [] };

export const isClassPair = (text: string) => /^[^=\s]+=[^=\s]+$/.test(text);

export const isRestoreComplete = (form: RestoreForm) =>
  !form.wanted || ((form.target === '' || isName(form.target)) && form.classes.every(isClassPair));

export function toPolicyRestore(form: RestoreForm): PolicyRestore | undefined {
  if (!form.wanted) return undefined;
  const storageClasses = Object.fromEntries(form.classes.map((pair) => pair.split('=')));
  return {
    ...(form.target && { targetNamespace: form.target }),
    ...(form.classes.length > 0 && { storageClasses }),
    ...(form.carry && { carry: form.carry }),
    ...(form.transforms.length > 0 && { transforms: form.transforms.map((name) => ({ name })) }),
    existing: form.existing,
  };
}

export function toRestoreForm(restore: PolicyRestore | undefined): RestoreForm {
  if (!restore) return noRestore;
  const { targetNamespace = '', existing = 'Update', storageClasses = {}, transforms = [], carry } = restore;
  return {
    wanted: true,
    target: targetNamespace,
    existing,
    classes: Object.entries(storageClasses).map(([source, target]) => `${source}=${target}`),
    transforms: transforms.map(({ name }) => name),
    ...(carry && { carry }),
  };
}

interface Props {
  form: RestoreForm;
  onChange: (change: Partial<RestoreForm>) => void;
  application: string;
  namespace: string; // of the policy
  elsewhere: boolean; // whether another namespace may be chosen
}

export function RestoreAfter({ form, onChange, application, namespace, elsewhere }: Props) {
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
          <Select
            label={t('restore.existing')}
            data={existingValues.map((value) => ({ value, label: t(`existing.${value}`) }))}
            value={form.existing}
            onChange={(value) => onChange({ existing: value as Existing })}
            data-testid="existing"
          />
          <TagsInput
            label={t('importPolicy.classes')}
            description={t('importPolicy.classesText')}
            placeholder="standard=fast"
            value={form.classes}
            onChange={(classes) => onChange({ classes })}
            acceptValueOnBlur
            error={form.classes.every(isClassPair) ? undefined : t('importPolicy.classesError')}
          />
          <TransformsSelect
            namespace={namespace}
            value={form.transforms}
            onChange={(transforms) => onChange({ transforms })}
          />
        </>
      )}
    </Stack>
  );
}
