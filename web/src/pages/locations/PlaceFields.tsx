import { Autocomplete, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { endpointOf, presetFacts, type LocationForm } from '../../lib/presets';

export interface FieldsProps {
  form: LocationForm;
  onChange: (change: Partial<LocationForm>) => void;
}

// Where the location is: what is asked depends on the preset, which knows the rest.
export function PlaceFields({ form, onChange }: FieldsProps) {
  const { t } = useTranslation();
  if (form.preset === 'nfs') {
    return (
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={t('location.server')}
          placeholder="nfs.example"
          value={form.server}
          onChange={(event) => onChange({ server: event.currentTarget.value })}
          required
          withAsterisk={false}
          data-testid="server"
        />
        <TextInput
          label={t('location.path')}
          placeholder="/exports/tranship"
          value={form.path}
          onChange={(event) => onChange({ path: event.currentTarget.value })}
          error={form.path && !form.path.startsWith('/') ? t('location.pathError') : undefined}
          required
          withAsterisk={false}
          data-testid="path"
        />
      </SimpleGrid>
    );
  }
  const own = form.preset === 's3';
  const endpoint = endpointOf(form);
  return (
    <Stack>
      {own ? (
        <TextInput
          label={t('location.endpoint')}
          placeholder="https://minio.example:9000"
          value={form.endpoint}
          onChange={(event) => onChange({ endpoint: event.currentTarget.value })}
          error={form.endpoint && !/^https?:\/\//.test(form.endpoint) ? t('location.endpointError') : undefined}
          required
          withAsterisk={false}
          data-testid="endpoint"
        />
      ) : (
        <Autocomplete
          label={t('location.region')}
          description={form.region && endpoint ? t('location.endpointIs', { endpoint }) : undefined}
          data={presetFacts[form.preset].regions}
          value={form.region}
          onChange={(region) => onChange({ region })}
          required
          withAsterisk={false}
          data-testid="region"
        />
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={t('location.bucket')}
          value={form.bucket}
          onChange={(event) => onChange({ bucket: event.currentTarget.value })}
          required
          withAsterisk={false}
          data-testid="bucket"
        />
        <TextInput
          label={t('location.prefix')}
          placeholder={t('location.prefixNone')}
          value={form.prefix}
          onChange={(event) => onChange({ prefix: event.currentTarget.value })}
          data-testid="prefix"
        />
      </SimpleGrid>
    </Stack>
  );
}
