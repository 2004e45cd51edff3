import { ActionIcon, Menu } from '@mantine/core';
import {
  IconCheck,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSun,
  IconSunMoon,
  IconUserCircle,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSession } from './session';
import { choose, languages, themes, useSettings } from './settings';

const themeIcons = { auto: IconSunMoon, light: IconSun, dark: IconMoon };
export const languageNames = { en: 'English', 'zh-CN': '简体中文' };

export function UserMenu() {
  const { t } = useTranslation();
  const { session, signOut } = useSession();
  const { theme, language } = useSettings();
  const check = <IconCheck size={16} aria-hidden />;
  return (
    <Menu withInitialFocusPlaceholder={false} position="bottom-end" width={220} shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('app.userMenu')} data-testid="user-menu">
          <IconUserCircle size={22} stroke={1.6} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className="wrap">{session.user}</Menu.Label>
        <Menu.Divider />
        {languages.map((name) => (
          <Menu.Item
            key={name}
            lang={name}
            leftSection={<IconLanguage size={16} aria-hidden />}
            rightSection={name === language && check}
            onClick={() => choose({ language: name })}
            data-testid={`language-${name}`}
          >
            {languageNames[name]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        {themes.map((name) => {
          const Icon = themeIcons[name];
          return (
            <Menu.Item
              key={name}
              leftSection={<Icon size={16} aria-hidden />}
              rightSection={name === theme && check}
              onClick={() => choose({ theme: name })}
              data-testid={`theme-${name}`}
            >
              {t(`theme.${name}`)}
            </Menu.Item>
          );
        })}
        {session.mode === 'cluster' && (
          <>
            <Menu.Divider />
            <Menu.Item
              leftSection={<IconLogout size={16} aria-hidden />}
              onClick={() => void signOut()}
              data-testid="sign-out"
            >
              {t('app.signOut')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
