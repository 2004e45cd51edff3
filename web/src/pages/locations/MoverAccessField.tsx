import { Radio, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { moverAccessValues, type MoverAccess } from '../../api/types';
import type { FieldsProps } from './PlaceFields';

const byNamespace = 'ByNamespace'; // nothing in the spec

// Who may read the store's keys while a volume is moved, against how fast it goes.
export function MoverAccessField({ form, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const store = form.preset === 'nfs' ? 'nfs' : 's3';
  return (
    <Radio.Group
      label={t('location.moverAccess')}
      description={t('location.moverAccessText')}
      value={form.moverAccess ?? byNamespace}
      onChange={(value) => onChange({ moverAccess: value === byNamespace ? undefined : (value as MoverAccess) })}
      data-testid="mover-access"
    >
      <Stack gap="sm" mt="xs">
        {[byNamespace, ...moverAccessValues].map((value) => (
          <Radio
            key={value}
            value={value}
            label={t(`moverAccess.${value}`)}
            description={t(`moverAccessText.${store}.${value}`)}
            data-testid={`mover-access-${value}`}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
