import { Autocomplete, Button, Collapse, Group, Select, SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { existingValues, type Existing, type RestorePoint } from '../../api/types';
import { ConsistencyMark } from '../../components/ConsistencyMark';
import { Panel } from '../../components/Page';
import { PointPlace } from '../../components/PointPlace';
import { TransformsSelect } from '../../components/TransformsSelect';
import { createdAt } from '../../lib/applications';
import { formatBytes, formatRelative, formatTime } from '../../lib/format';
import { isName } from '../../lib/names';
import { pointKey, type useRestoreForm } from './useRestoreForm';

function labelOf(point: RestorePoint, language: string): string {
  const time = createdAt(point);
  return `${formatTime(time, language)} · ${formatRelative(time, Date.now(), language)}`;
}

export function Choices({ form }: { form: ReturnType<typeof useRestoreForm> }) {
  const { t, i18n } = useTranslation();
  const [opened, { toggle }] = useDisclosure(false);
  const { point, points, choices, change, cluster } = form;
  const exists = cluster?.namespaces.includes(choices.target);
  return (
    <Panel>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label={t('action.point')}
            data={points.map((each) => ({
              value: pointKey(each),
              label: labelOf(each, i18n.language),
            }))}
            value={point ? pointKey(point) : null}
            onChange={(value) => value && form.pick(value)}
            data-testid="point"
          />
          <Autocomplete
            label={t('action.target')}
            data={[...new Set(cluster?.namespaces ?? [])]}
            value={choices.target}
            onChange={(target) => change({ target })}
            disabled={!form.elsewhere}
            error={choices.target && !isName(choices.target) ? t('nameError.bad') : undefined}
            description={exists === false && isName(choices.target) ? t('restore.newNamespace') : undefined}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            limit={50}
            selectFirstOptionOnChange={false}
            data-testid="target"
          />
        </SimpleGrid>
        {point && (
          <Group gap="4px 16px">
            <ConsistencyMark consistency={point.status?.consistency} />
            <Text size="sm">{formatBytes(point.status?.bytes)}</Text>
            <Text size="sm" c="dimmed">
              <PointPlace point={point} />
            </Text>
          </Group>
        )}
        <div>
          <Button
            variant="subtle"
            className="flush-start"
            size="compact-sm"
            leftSection={
              opened ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />
            }
            onClick={toggle}
            aria-expanded={opened}
            data-testid="options"
          >
            {t('restore.options')}
          </Button>
          <Collapse expanded={opened}>
            <Stack mt="sm">
              <Select
                label={t('restore.existing')}
                data={existingValues.map((value) => ({ value, label: t(`existing.${value}`) }))}
                value={choices.existing}
                onChange={(value) => change({ existing: value as Existing })}
                data-testid="existing"
              />
              <Switch
                label={t('restore.nodePorts')}
                description={t('restore.nodePortsText')}
                checked={choices.keepNodePorts}
                onChange={(event) => change({ keepNodePorts: event.currentTarget.checked })}
              />
              <TransformsSelect
                namespace={form.home}
                value={choices.transforms}
                onChange={(transforms) => change({ transforms })}
              />
            </Stack>
          </Collapse>
        </div>
      </Stack>
    </Panel>
  );
}
