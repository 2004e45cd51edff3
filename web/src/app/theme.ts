// Colours: one accent for each cluster, dark enough for white text on it, and texts that keep WCAG AA on their grounds.
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple, type MantineTheme } from '@mantine/core';
import { accents, type Accent } from './settings';

// Mantine's own orange is too light for white text at its darkest.
const orange: MantineColorsTuple = [
  '#fff4e6',
  '#ffe8cc',
  '#ffd8a8',
  '#ffc078',
  '#ffa94d',
  '#ff922b',
  '#fd7e14',
  '#d9620f',
  '#c2510c',
  '#ad4608',
];

export const themeOf = (accent: Accent) =>
  createTheme({
    primaryColor: accent,
    primaryShade: { light: 9, dark: 9 },
    colors: { orange },
    defaultRadius: 'md',
    fontFamily:
      'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono CJK SC", monospace',
    headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.0625rem' } } },
    cursorType: 'pointer',
    focusRing: 'auto',
    respectReducedMotion: true,
    components: {
      Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } } },
      Anchor: { defaultProps: { underline: 'hover' } },
      Select: { defaultProps: { allowDeselect: false, checkIconPosition: 'right' } },
    },
  });

const named = [...accents, 'red' as const];

// Filled buttons become darker under the pointer: lighter ones would lose their contrast.
function filledVariants(theme: MantineTheme): Record<string, string> {
  return Object.fromEntries(
    named.flatMap((name) => [
      [`--mantine-color-${name}-filled`, theme.colors[name][9]],
      [`--mantine-color-${name}-filled-hover`, `color-mix(in srgb, ${theme.colors[name][9]} 86%, black)`],
    ]),
  );
}

// Buttons of the variant `light`: text on a ground of its own colour.
function lightVariants(theme: MantineTheme): Record<string, string> {
  return Object.fromEntries(
    named.flatMap((name) => [
      [`--mantine-color-${name}-light`, theme.colors[name][0]],
      [`--mantine-color-${name}-light-hover`, theme.colors[name][1]],
      [`--mantine-color-${name}-light-color`, `color-mix(in srgb, ${theme.colors[name][9]} 85%, black)`],
    ]),
  );
}

export const variables: CSSVariablesResolver = (theme) => ({
  variables: {},
  light: {
    ...filledVariants(theme),
    ...lightVariants(theme),
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#545c66',
    '--mantine-color-placeholder': '#68707a',
    '--mantine-color-error': '#c92a2a',
    '--tranship-ground': '#f6f7f9',
    '--tranship-line': '#e3e6ea',
    '--tranship-good': '#0b7a4b',
    '--tranship-bad': '#c92a2a',
    '--tranship-warn': '#9a5200',
    '--tranship-idle': '#545c66',
  },
  dark: {
    ...filledVariants(theme),
    '--mantine-color-red-light': '#3a1f22',
    '--mantine-color-red-light-color': '#ffb4b4',
    '--mantine-color-body': '#1b1d21',
    '--mantine-color-text': '#dfe2e6',
    '--mantine-color-dimmed': '#a3abb5',
    '--mantine-color-placeholder': '#8f98a3',
    '--mantine-color-error': '#ff8787',
    '--tranship-ground': '#141619',
    '--tranship-line': '#31353b',
    '--tranship-good': '#51cf8a',
    '--tranship-bad': '#ff8787',
    '--tranship-warn': '#f2b35e',
    '--tranship-idle': '#a3abb5',
  },
});
