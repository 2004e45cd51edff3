import { Button, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Location } from '../../api/types';
import { endpointOf, type LocationForm } from '../../lib/presets';
import { KeyFields } from '../locations/KeyFields';
import { MoreFields } from '../locations/MoreFields';
import { PlaceFields } from '../locations/PlaceFields';

export const newLocation = '+';

interface Props {
  locations: Location[];
  chosen: string; // a name, or newLocation
  onChoose: (name: string) => void;
  form: LocationForm;
  onChange: (change: Partial<LocationForm>) => void;
}

function addressOf(form: LocationForm): string {
  if (form.preset === 'nfs') return `nfs://${form.server}${form.path}`;
  const endpoint = endpointOf(form);
  return `s3://${[form.bucket, form.prefix].filter(Boolean).join('/')} · ${endpoint || form.region}`;
}

// The token says where its restore points are; what is missing is how to get in.
export function ImportLocation({ locations, chosen, onChoose, form, onChange }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  // Any endpoint may be typed then, whatever the provider.
  const openAddress = () => {
    if (form.preset !== 'nfs') onChange({ preset: 's3', endpoint: endpointOf(form) });
    setOpened(true);
  };
  return (
    <Stack>
      {locations.length > 0 && (
        <Select
          label={t('action.location')}
          data={[
            ...locations.map(({ metadata, status }) => ({
              value: metadata.name,
              label: status?.address ? `${metadata.name} · ${status.address}` : metadata.name,
            })),
            { value: newLocation, label: t('importPolicy.newLocation') },
          ]}
          value={chosen}
          onChange={(value) => value && onChoose(value)}
          data-testid="location"
        />
      )}
      {chosen === newLocation && (
        <>
          <Text size="sm" c="dimmed">
            {t('importPolicy.locationText')}
          </Text>
          {opened ? (
            <PlaceFields form={form} onChange={onChange} />
          ) : (
            <div>
              <Text className="mono wrap" data-testid="token-location">
                {addressOf(form)}
              </Text>
              <Button variant="subtle" size="compact-sm" className="flush-start" onClick={openAddress}>
                {t('importPolicy.otherAddress')}
              </Button>
            </div>
          )}
          <KeyFields form={form} onChange={onChange} placed />
          <MoreFields form={form} onChange={onChange} />
        </>
      )}
    </Stack>
  );
}
