import { Button, Collapse, Select, Stack, Switch, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { MoverAccessField } from './MoverAccessField';
import type { FieldsProps } from './PlaceFields';

function S3Fields({ form, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const style = form.pathStyle === undefined ? 'auto' : form.pathStyle ? 'path' : 'host';
  return (
    <>
      <Textarea
        label={t('location.caBundle')}
        description={t('location.caBundleText')}
        placeholder="-----BEGIN CERTIFICATE-----"
        value={form.caBundle}
        onChange={(event) => onChange({ caBundle: event.currentTarget.value })}
        autosize
        minRows={2}
        maxRows={8}
        classNames={{ input: 'mono' }}
        data-testid="ca-bundle"
      />
      <Select
        label={t('location.bucketIn')}
        data={['auto', 'path', 'host'].map((value) => ({ value, label: t(`location.bucketStyle.${value}`) }))}
        value={style}
        onChange={(value) => onChange({ pathStyle: value === 'auto' ? undefined : value === 'path' })}
      />
      <Switch
        label={t('location.insecure')}
        description={t('location.insecureText')}
        checked={form.insecure}
        onChange={(event) => onChange({ insecure: event.currentTarget.checked })}
      />
    </>
  );
}

// What few need: how movers get there, own certificates, and how the bucket is named.
export function MoreFields({ form, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const [opened, { toggle }] = useDisclosure(form.caBundle !== '' || form.insecure || form.moverAccess !== undefined);
  return (
    <div>
      <Button
        variant="subtle"
        className="flush-start"
        size="compact-sm"
        leftSection={opened ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
        onClick={toggle}
        aria-expanded={opened}
        data-testid="more"
      >
        {t('location.more')}
      </Button>
      <Collapse expanded={opened}>
        <Stack mt="sm">
          {form.preset !== 'nfs' && <S3Fields form={form} onChange={onChange} />}
          <MoverAccessField form={form} onChange={onChange} />
        </Stack>
      </Collapse>
    </div>
  );
}
