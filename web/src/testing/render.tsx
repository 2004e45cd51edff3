// Puts a component on a page for a test, in one of the languages, with a server that answers what it is told to.
import { MantineProvider } from '@mantine/core';
import i18next from 'i18next';
import { act, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { initReactI18next } from 'react-i18next';
import { MemoryRouter, Route, Routes } from 'react-router';
import { afterEach, vi } from 'vitest';
import { store } from '../api/store';
import type { Session } from '../api/types';
import { SessionContext } from '../app/session';
import en from '../locales/en.json';
import templates from '../locales/server.zh-CN.json';
import troubles from '../locales/troubles.zh-CN.json';
import zh from '../locales/zh-CN.json';

export const session: Session = {
  user: 'somebody',
  mode: 'local',
  version: '1',
  systemNamespace: 'tranship',
  cluster: { name: 'east', kubernetesVersion: 'v1' },
  controller: { installed: true, ready: true },
  defaults: {},
};

// What jsdom lacks and Mantine asks for.
Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
window.matchMedia ??= ((query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => {},
  removeEventListener: () => {},
  addListener: () => {},
  removeListener: () => {},
})) as never;
window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
} as never;
window.HTMLElement.prototype.scrollIntoView ??= () => {};
if (!('fonts' in document)) {
  Object.assign(document, { fonts: { addEventListener: () => {}, removeEventListener: () => {} } });
}

const ends: (() => void)[] = [];
afterEach(() => {
  ends.splice(0).forEach((end) => end());
  store.clear();
  vi.unstubAllGlobals();
});

export interface Shown {
  text: () => string;
  at: (testid: string) => HTMLElement | null;
  type: (testid: string, value: string) => Promise<void>;
  click: (testid: string) => Promise<void>;
}

// Until what was begun has come back: timers of forms wait a little less than a second.
export const settle = (milliseconds = 0) =>
  act(() => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)));

export async function show(node: ReactNode, language: 'en' | 'zh-CN' = 'en', path = '/'): Promise<Shown> {
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: {
      en: { translation: en },
      'zh-CN': { translation: zh, server: { templates, troubles } },
    } as never,
    fallbackLng: false,
    interpolation: { escapeValue: false },
  });
  const place = document.createElement('div');
  document.body.append(place);
  const root = createRoot(place);
  ends.push(() => {
    act(() => root.unmount());
    place.remove();
  });
  await act(async () =>
    root.render(
      <MantineProvider env="test">
        <SessionContext.Provider value={{ session, signOut: async () => {} }}>
          <MemoryRouter initialEntries={[path]}>
            <Routes>
              <Route path="*" element={node} />
            </Routes>
          </MemoryRouter>
        </SessionContext.Provider>
      </MantineProvider>,
    ),
  );
  const at = (testid: string) => document.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
  return {
    text: () => document.body.textContent ?? '',
    at,
    type: async (testid, value) => {
      const field = at(testid) as HTMLInputElement | HTMLTextAreaElement;
      const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
      await act(async () => {
        Object.getOwnPropertyDescriptor(kind.prototype, 'value')?.set?.call(field, value);
        field.dispatchEvent(new Event('input', { bubbles: true }));
      });
    },
    click: (testid) => act(async () => at(testid)?.click()),
  };
}

export interface Asked {
  method: string;
  path: string;
  body: unknown;
}

// A server for the pages: `answer` says what comes back for a request, as a status and JSON.
export function serve(answer: (asked: Asked) => { status?: number; body: unknown }): Asked[] {
  const all: Asked[] = [];
  vi.stubGlobal('fetch', async (address: string, init: RequestInit = {}) => {
    const body = init.body === undefined ? undefined : (JSON.parse(String(init.body)) as unknown);
    const asked = { method: init.method ?? 'GET', path: address.replace(/^\/api\/v1/, ''), body };
    all.push(asked);
    const { status = 200, body: given } = answer(asked);
    return new Response(JSON.stringify(given), { status });
  });
  return all;
}
