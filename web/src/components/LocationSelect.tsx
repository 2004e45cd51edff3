import { Anchor, Select, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Location } from '../api/types';
import { useServerWords } from '../app/server_texts';
import { isReady } from '../lib/locations';

interface LocationSelectProps {
  locations: Location[];
  value: string | undefined;
  onChange: (name: string) => void;
  label: string;
}

export function LocationSelect({ locations, value, onChange, label }: LocationSelectProps) {
  const { t } = useTranslation();
  const { explain } = useServerWords();
  const chosen = locations.find(({ metadata }) => metadata.name === value);
  const error = chosen?.status?.error;
  if (locations.length === 0) {
    return (
      <Text size="sm" data-testid="no-location">
        {t('locations.noneUsable')}{' '}
        <Anchor component={Link} to="/locations/new" size="sm">
          {t('locations.add')}
        </Anchor>
      </Text>
    );
  }
  return (
    <Select
      label={label}
      data={locations.map(({ metadata, status }) => ({
        value: metadata.name,
        label: status?.address ? `${metadata.name} · ${status.address}` : metadata.name,
      }))}
      value={value ?? null}
      onChange={(name) => name && onChange(name)}
      error={chosen && !isReady(chosen) ? (error ? explain(error).message : t('locations.notReadyYet')) : undefined}
      data-testid="location"
    />
  );
}
