import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { useEffect, type ReactNode } from 'react';
import { Link } from 'react-router';
import { useSession } from '../app/session';

interface PageProps {
  title: string;
  heading?: ReactNode; // shown in place of the title
  subtitle?: ReactNode;
  back?: { to: string; label: string };
  actions?: ReactNode;
  narrow?: boolean; // forms: lines short enough to read
  children: ReactNode;
}

export function Page({ title, heading, subtitle, back, actions, narrow, children }: PageProps) {
  const { cluster } = useSession().session;
  useEffect(() => {
    document.title = `${title} · ${cluster.name} · Tranship`;
  }, [title, cluster.name]);
  return (
    <Stack gap="lg" maw={narrow ? 760 : undefined} mx={narrow ? 'auto' : undefined}>
      <div>
        {back && (
          <Anchor component={Link} to={back.to} size="sm" className="back">
            <IconChevronLeft size={16} aria-hidden /> {back.label}
          </Anchor>
        )}
        <Group justify="space-between" align="flex-start" gap="sm">
          <div style={{ minWidth: 0 }}>
            <Title order={1} className="wrap">
              {heading ?? title}
            </Title>
            {subtitle && (
              <Text c="dimmed" component="div" mt={4}>
                {subtitle}
              </Text>
            )}
          </div>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
      </div>
      {children}
    </Stack>
  );
}

interface PanelProps {
  title?: ReactNode;
  action?: ReactNode;
  flush?: boolean; // what is inside brings its own margins
  testid?: string;
  children: ReactNode;
}

export function Panel({ title, action, flush, testid, children }: PanelProps) {
  return (
    <section className="panel" data-testid={testid}>
      {title && (
        <Group className="panel-head" justify="space-between" gap="sm" wrap="nowrap">
          <Title order={2}>{title}</Title>
          {action}
        </Group>
      )}
      <div className={flush ? 'panel-flush' : 'panel-body'}>{children}</div>
    </section>
  );
}
