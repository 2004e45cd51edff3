import { NavLink } from '@mantine/core';
import {
  IconApps,
  IconCalendarRepeat,
  IconHistory,
  IconLayoutDashboard,
  IconServer2,
  IconSettings,
  IconTransform,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';

const entries = [
  { to: '/', key: 'overview', Icon: IconLayoutDashboard },
  { to: '/applications', key: 'applications', Icon: IconApps },
  { to: '/policies', key: 'policies', Icon: IconCalendarRepeat },
  { to: '/actions', key: 'actions', Icon: IconHistory },
  { to: '/locations', key: 'locations', Icon: IconServer2 },
  { to: '/transforms', key: 'transforms', Icon: IconTransform },
  { to: '/settings', key: 'settings', Icon: IconSettings },
];

function isAt(pathname: string, to: string): boolean {
  if (to === '/') return pathname === '/';
  if (to === '/applications' && pathname.startsWith('/restorepoints/')) return true;
  return pathname === to || pathname.startsWith(`${to}/`);
}

export function Navigation() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return (
    <nav aria-label={t('nav.label')}>
      {entries.map(({ to, key, Icon }) => {
        const active = isAt(pathname, to);
        return (
          <NavLink
            key={to}
            component={Link}
            to={to}
            label={t(`nav.${key}`)}
            leftSection={<Icon size={20} stroke={1.6} aria-hidden />}
            active={active}
            aria-current={active ? 'page' : undefined}
            data-testid={`nav-${key}`}
            className="navlink"
          />
        );
      })}
    </nav>
  );
}
