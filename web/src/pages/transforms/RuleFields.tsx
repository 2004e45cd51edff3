import { ActionIcon, Autocomplete, Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../components/Page';
import { coreGroup, newPatch, type PatchForm, type RuleForm } from '../../lib/transforms';
import { PatchFields } from './PatchFields';

// What is changed most; anything may be typed.
const groups = [coreGroup, 'apps', 'batch', 'networking.k8s.io', 'autoscaling', 'policy'];
const kinds = ['Deployment', 'StatefulSet', 'Service', 'Ingress', 'ConfigMap', 'PersistentVolumeClaim', 'CronJob'];

interface Props {
  rule: RuleForm;
  number: number;
  nameTrouble?: 'missing' | 'twice';
  onChange: (change: Partial<RuleForm>) => void;
  onUp?: () => void; // absent for the first
  onRemove?: () => void; // absent for the only one
}

export function RuleFields({ rule, number, nameTrouble, onChange, onUp, onRemove }: Props) {
  const { t } = useTranslation();
  const { patch } = rule;
  const changePatch = (index: number, change: Partial<PatchForm>) =>
    onChange({ patch: patch.map((each, other) => (other === index ? { ...each, ...change } : each)) });
  return (
    <Panel
      title={t('transforms.rule', { number })}
      testid={`rule-${number}`}
      action={
        <Group gap={4} wrap="nowrap">
          {onUp && (
            <ActionIcon variant="subtle" color="gray" onClick={onUp} aria-label={t('transforms.up', { number })}>
              <IconArrowUp size={18} aria-hidden />
            </ActionIcon>
          )}
          {onRemove && (
            <ActionIcon
              variant="subtle"
              color="gray"
              onClick={onRemove}
              aria-label={t('transforms.removeRule', { number })}
            >
              <IconTrash size={18} aria-hidden />
            </ActionIcon>
          )}
        </Group>
      }
    >
      <Stack>
        <TextInput
          label={t('transforms.ruleName')}
          value={rule.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
          error={nameTrouble === 'twice' ? t('transforms.twice') : undefined}
          required
          withAsterisk={false}
          data-testid="rule-name"
        />
        <div>
          <Text size="sm" fw={600}>
            {t('transforms.subject')}
          </Text>
          <Text size="xs" c="dimmed" mb={6}>
            {t('transforms.subjectText')}
          </Text>
          <SimpleGrid cols={{ base: 1, xs: 2, sm: 4 }} spacing="sm">
            <Autocomplete
              label={t('transforms.kind')}
              placeholder={t('transforms.any')}
              data={kinds}
              value={rule.kind}
              onChange={(kind) => onChange({ kind })}
              data-testid="subject-kind"
            />
            <TextInput
              label={t('common.name')}
              placeholder={t('transforms.any')}
              value={rule.object}
              onChange={(event) => onChange({ object: event.currentTarget.value })}
              data-testid="subject-name"
            />
            <Autocomplete
              label={t('transforms.group')}
              placeholder={t('transforms.any')}
              data={groups}
              value={rule.group}
              onChange={(group) => onChange({ group })}
            />
            <TextInput
              label={t('transforms.sourceNamespace')}
              placeholder={t('transforms.any')}
              value={rule.namespace}
              onChange={(event) => onChange({ namespace: event.currentTarget.value })}
            />
          </SimpleGrid>
        </div>
        <Stack gap="sm">
          {patch.map((each, index) => (
            <PatchFields
              key={index}
              patch={each}
              number={index + 1}
              onChange={(change) => changePatch(index, change)}
              onRemove={
                patch.length > 1
                  ? () => onChange({ patch: patch.filter((_, other) => other !== index) })
                  : undefined
              }
            />
          ))}
          <div>
            <Button
              variant="subtle"
              className="flush-start"
              size="compact-sm"
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() => onChange({ patch: [...patch, newPatch()] })}
              disabled={patch.length >= 64}
            >
              {t('transforms.addOperation')}
            </Button>
          </div>
        </Stack>
      </Stack>
    </Panel>
  );
}
