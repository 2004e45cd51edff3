import { Anchor, Group, SegmentedControl, SimpleGrid, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../app/session';
import { accents, choose, languages, themes, useSettings, type Language, type Theme } from '../../app/settings';
import { languageNames } from '../../app/UserMenu';
import { Facts } from '../../components/Facts';
import { Page, Panel } from '../../components/Page';

function Accents() {
  const { t } = useTranslation();
  const { accent } = useSettings();
  return (
    <Group gap="sm" role="radiogroup" aria-label={t('settings.accent')}>
      {accents.map((name) => (
        <UnstyledButton
          key={name}
          role="radio"
          aria-checked={name === accent}
          aria-label={t(`accent.${name}`)}
          title={t(`accent.${name}`)}
          onClick={() => choose({ accent: name })}
          data-testid={`accent-${name}`}
          className="swatch"
          style={{ background: `var(--mantine-color-${name}-9)` }}
        >
          {name === accent && <IconCheck size={18} color="#fff" stroke={3} aria-hidden />}
        </UnstyledButton>
      ))}
    </Group>
  );
}

export default function SettingsPage() {
  const { t } = useTranslation();
  const { language, theme } = useSettings();
  const { session } = useSession();
  const { cluster, controller } = session;
  return (
    <Page title={t('nav.settings')} subtitle={t('settings.subtitle')} narrow>
      <Panel title={t('settings.look')}>
        <Stack gap="lg">
          <div>
            <Text size="sm" fw={600} mb={6}>
              {t('settings.language')}
            </Text>
            <SegmentedControl
              aria-label={t('settings.language')}
              value={language}
              onChange={(value) => choose({ language: value as Language })}
              data={languages.map((value) => ({ value, label: languageNames[value] }))}
            />
          </div>
          <div>
            <Text size="sm" fw={600} mb={6}>
              {t('settings.theme')}
            </Text>
            <SegmentedControl
              aria-label={t('settings.theme')}
              value={theme}
              onChange={(value) => choose({ theme: value as Theme })}
              data={themes.map((value) => ({ value, label: t(`theme.${value}`) }))}
            />
          </div>
          <div>
            <Text size="sm" fw={600}>
              {t('settings.accent')}
            </Text>
            <Text size="xs" c="dimmed" mb={8}>
              {t('settings.accentHint')}
            </Text>
            <Accents />
          </div>
        </Stack>
      </Panel>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <Panel title={t('settings.cluster')}>
          <Facts
            facts={[
              [t('settings.clusterName'), cluster.name],
              [t('settings.kubernetes'), cluster.kubernetesVersion],
              [t('settings.user'), session.user],
              [t('settings.systemNamespace'), session.systemNamespace],
            ]}
          />
        </Panel>
        <Panel title={t('settings.about')}>
          <Facts
            facts={[
              [t('settings.version'), session.version],
              [
                t('settings.controller'),
                controller?.installed
                  ? t(controller.ready ? 'settings.controllerReady' : 'settings.controllerNotReady', {
                      version: controller.version ?? '',
                    }).trim()
                  : t('settings.controllerMissing'),
              ],
              [
                t('settings.api'),
                <Anchor key="api" inherit href="/api/v1/openapi.json">
                  openapi.json
                </Anchor>,
              ],
              [t('settings.licence'), 'Apache-2.0'],
            ]}
          />
        </Panel>
      </SimpleGrid>
    </Page>
  );
}
