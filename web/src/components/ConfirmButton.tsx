import { Button, type ButtonProps, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useSubmit } from '../api/hooks';
import { TroubleAlert } from './TroubleAlert';

interface ConfirmButtonProps extends ButtonProps {
  label: string;
  question: string; // what will be gone, and what will not
  onConfirm: () => Promise<unknown>;
  testid?: string;
}

// A button that asks once before it does something that cannot be undone.
export function ConfirmButton({ label, question, onConfirm, testid, ...rest }: ConfirmButtonProps) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const { busy, trouble, run } = useSubmit();
  const confirm = async () => {
    if (await run(onConfirm)) close();
  };
  return (
    <>
      <Button variant="default" {...rest} onClick={open} data-testid={testid}>
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={label} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Stack>
          <Text size="sm">{question}</Text>
          {trouble && <TroubleAlert trouble={trouble} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('common.back')}
            </Button>
            <Button color="red" loading={busy} onClick={() => void confirm()} data-testid="confirm">
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
