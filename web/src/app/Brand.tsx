import { Badge, Group, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useSession } from './session';

export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" style={{ flex: 'none' }}>
      <rect width="32" height="32" rx="8" fill="var(--mantine-primary-color-filled)" />
      <path
        d="M8 10h9v12H8zM20 16h5M22 13l3 3-3 3"
        fill="none"
        stroke="#fff"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

// Logo and cluster, both in the accent: source and target are told apart before a word is read.
export function Brand() {
  const { t } = useTranslation();
  const { cluster } = useSession().session;
  return (
    <Group gap="sm" wrap="nowrap" miw={0}>
      <Link to="/" className="brand" aria-label={t('app.home')}>
        <Logo />
        <Text fw={700} size="lg" visibleFrom="sm">
          Tranship
        </Text>
      </Link>
      <Tooltip label={t('app.cluster', { name: cluster.name, version: cluster.kubernetesVersion ?? '' })}>
        <Badge size="lg" radius="sm" tt="none" variant="filled" data-testid="cluster-name" className="cluster">
          {cluster.name}
        </Badge>
      </Tooltip>
    </Group>
  );
}
