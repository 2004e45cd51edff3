import { Radio, SimpleGrid, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { presets, type Preset } from '../../lib/presets';

export function PresetCards({ value, onChange }: { value: Preset; onChange: (preset: Preset) => void }) {
  const { t } = useTranslation();
  return (
    <Radio.Group label={t('location.preset')} value={value} onChange={(next) => onChange(next as Preset)}>
      <SimpleGrid cols={{ base: 2, xs: 3 }} spacing="xs" mt={6}>
        {presets.map((preset) => (
          <Radio.Card
            key={preset}
            value={preset}
            className="preset"
            aria-label={t(`preset.${preset}`)}
            data-testid={`preset-${preset}`}
          >
            <Radio.Indicator size="xs" />
            <div>
              <Text size="sm" fw={600}>
                {t(`preset.${preset}`)}
              </Text>
              <Text size="xs" c="dimmed">
                {t(`presetText.${preset}`)}
              </Text>
            </div>
          </Radio.Card>
        ))}
      </SimpleGrid>
    </Radio.Group>
  );
}
