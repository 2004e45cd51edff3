// What is around every page: the stripe in the cluster's accent, header, navigation, the state of the connection.
import { AppShell, Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { connect } from '../api/connection';
import { Brand } from './Brand';
import { ConnectionBanner, ControllerBanner } from './Banners';
import { ErrorBoundary } from './ErrorBoundary';
import { Navigation } from './Navigation';
import { ScopeSelect } from './ScopeSelect';
import { useSettings } from './settings';
import { UserMenu } from './UserMenu';

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { namespace } = useSettings();
  const { pathname } = useLocation();
  const [opened, { toggle, close }] = useDisclosure(false);
  const main = useRef<HTMLDivElement>(null);
  const first = useRef(true);

  useEffect(() => connect(namespace), [namespace]);

  // A new page begins at its top, for the eye and for the keyboard.
  useEffect(() => {
    close();
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname, close]);

  return (
    <>
      <a className="skip" href="#content">
        {t('app.skip')}
      </a>
      <AppShell
        header={{ height: 60 }}
        navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !opened } }}
        padding={0}
      >
        <AppShell.Header className="header">
          <div className="stripe" data-testid="accent-stripe" />
          <Group h={56} px="md" gap="sm" wrap="nowrap" justify="space-between">
            <Group gap="sm" wrap="nowrap" miw={0}>
              <Burger
                opened={opened}
                onClick={toggle}
                hiddenFrom="sm"
                size="sm"
                aria-expanded={opened}
                aria-label={t(opened ? 'app.closeMenu' : 'app.openMenu')}
                data-testid="menu"
              />
              <Brand />
            </Group>
            <Group gap="sm" wrap="nowrap">
              <ScopeSelect visibleFrom="sm" />
              <UserMenu />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar className="navbar" p="sm">
          <ScopeSelect hiddenFrom="sm" mb="sm" />
          <Navigation />
        </AppShell.Navbar>
        <AppShell.Main className="ground">
          <ConnectionBanner />
          <ControllerBanner />
          <div id="content" className="content" tabIndex={-1} ref={main}>
            <ErrorBoundary key={pathname}>{children}</ErrorBoundary>
          </div>
        </AppShell.Main>
      </AppShell>
    </>
  );
}
