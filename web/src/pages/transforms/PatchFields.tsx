import { ActionIcon, Group, Select, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { patchOpValues, type PatchOp } from '../../api/types';
import { useServerWords } from '../../app/server_texts';
import { isJson, needsFrom, needsValue, toPatch, troubleOfOperation, type PatchForm } from '../../lib/transforms';

interface Props {
  patch: PatchForm;
  number: number;
  onChange: (change: Partial<PatchForm>) => void;
  onRemove?: () => void; // absent for the only one
}

// One operation of RFC 6902.
export function PatchFields({ patch, number, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const { say } = useServerWords();
  const begun = patch.path !== '' || patch.value !== '' || patch.from !== '';
  const trouble = begun && isJson(patch) ? troubleOfOperation(toPatch(patch)) : undefined;
  return (
    <div role="group" aria-label={t('transforms.operation', { number })}>
      <Group align="flex-start" gap="sm">
        <Select
          label={t('transforms.op')}
          data={patchOpValues.map((value) => ({ value, label: value }))}
          value={patch.op}
          onChange={(op) => onChange({ op: op as PatchOp })}
          w={{ base: '100%', xs: 120 }}
          data-testid="op"
        />
        {needsFrom(patch.op) && (
          <TextInput
            label={t('transforms.from')}
            placeholder="/metadata/labels/app"
            value={patch.from}
            onChange={(event) => onChange({ from: event.currentTarget.value })}
            flex={1}
            miw={180}
            classNames={{ input: 'mono' }}
            data-testid="from"
          />
        )}
        <TextInput
          label={t('transforms.path')}
          placeholder="/spec/replicas"
          value={patch.path}
          onChange={(event) => onChange({ path: event.currentTarget.value })}
          flex={1}
          miw={180}
          classNames={{ input: 'mono' }}
          data-testid="path"
        />
        {needsValue(patch.op) && (
          <TextInput
            label={t('transforms.value')}
            placeholder='1, "text", {"a": "b"}'
            value={patch.value}
            onChange={(event) => onChange({ value: event.currentTarget.value })}
            error={patch.value !== '' && !isJson(patch) ? t('transforms.valueError') : undefined}
            flex={1}
            miw={180}
            classNames={{ input: 'mono' }}
            data-testid="value"
          />
        )}
        {onRemove && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            mt={26}
            onClick={onRemove}
            aria-label={t('transforms.removeOperation', { number })}
          >
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        )}
      </Group>
      {trouble && (
        <Text
          size="xs"
          c="var(--mantine-color-error)"
          mt={4}
          className="wrap"
          role="status"
          data-testid="patch-trouble"
        >
          {say(trouble)}
        </Text>
      )}
    </div>
  );
}
