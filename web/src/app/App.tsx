import { MantineProvider } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
import { useMemo } from 'react';
import { BrowserRouter } from 'react-router';
import { Pages } from './routes';
import { SessionGate } from './SessionGate';
import { useSettings } from './settings';
import { Shell } from './Shell';
import { themeOf, variables } from './theme';

export function App() {
  const { theme, accent } = useSettings();
  const system = useColorScheme('light', { getInitialValueInEffect: false });
  const mantine = useMemo(() => themeOf(accent), [accent]);
  return (
    <MantineProvider
      theme={mantine}
      cssVariablesResolver={variables}
      forceColorScheme={theme === 'auto' ? system : theme}
    >
      <BrowserRouter>
        <SessionGate>
          <Shell>
            <Pages />
          </Shell>
        </SessionGate>
      </BrowserRouter>
    </MantineProvider>
  );
}
