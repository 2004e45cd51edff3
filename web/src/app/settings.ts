// What a person chose for these pages in this browser. The server's defaults count until then.
import { useSyncExternalStore } from 'react';

export const accents = ['teal', 'blue', 'cyan', 'indigo', 'violet', 'grape', 'pink', 'orange'] as const;
export type Accent = (typeof accents)[number];
export const languages = ['en', 'zh-CN'] as const;
export type Language = (typeof languages)[number];
export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export interface Settings {
  language: Language;
  theme: Theme;
  accent: Accent;
  namespace: string; // the scope; '' is all
}

const storageKey = 'tranship';

function fromBrowser(): Language {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

// Takes what is valid of anything.
export function readSettings(value: unknown): Partial<Settings> {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const language = given.language === 'zh' ? 'zh-CN' : given.language;
  return {
    ...(languages.includes(language as Language) && { language: language as Language }),
    ...(themes.includes(given.theme as Theme) && { theme: given.theme as Theme }),
    ...(accents.includes(given.accent as Accent) && { accent: given.accent as Accent }),
    ...(typeof given.namespace === 'string' && { namespace: given.namespace }),
  };
}

function stored(): Partial<Settings> {
  try {
    return readSettings(JSON.parse(localStorage.getItem(storageKey) ?? '{}'));
  } catch {
    return {};
  }
}

let chosen = stored();
let defaults: Partial<Settings> = {};
let current = merged();
const listeners = new Set<() => void>();

function merged(): Settings {
  return { language: fromBrowser(), theme: 'auto', accent: 'teal', namespace: '', ...defaults, ...chosen };
}

function update() {
  current = merged();
  listeners.forEach((listener) => listener());
}

export const settings = () => current;

export function onSettings(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function choose(change: Partial<Settings>) {
  chosen = { ...chosen, ...change };
  try {
    localStorage.setItem(storageKey, JSON.stringify(chosen));
  } catch {
    // A browser that keeps nothing still shows what was chosen.
  }
  update();
}

// Clusters whose colour nobody chose differ all the same, mostly.
export function accentOf(cluster: string): Accent {
  let sum = 0;
  for (const letter of cluster) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return accents[sum % accents.length] ?? 'teal';
}

export function setServerDefaults(value: unknown, cluster: string) {
  const { language, theme, accent } = readSettings(value);
  defaults = { ...(language && { language }), ...(theme && { theme }), accent: accent ?? accentOf(cluster) };
  update();
}

export const useSettings = () => useSyncExternalStore(onSettings, settings);
