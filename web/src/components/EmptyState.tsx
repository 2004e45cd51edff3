import { Group, Stack, Text, Title } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  Icon: TablerIcon;
  title: string;
  text: string;
  children?: ReactNode; // what to do next
}

export function EmptyState({ Icon, title, text, children }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" py={40} px="md" className="empty" data-testid="empty">
      <Icon size={40} stroke={1.2} color="var(--mantine-color-dimmed)" aria-hidden />
      <Title order={2} ta="center">
        {title}
      </Title>
      <Text c="dimmed" ta="center" maw={460}>
        {text}
      </Text>
      {children && (
        <Group className="empty-next" justify="center">
          {children}
        </Group>
      )}
    </Stack>
  );
}
