import { expect, test } from 'vitest';
import { choose, readSettings, setServerDefaults, settings } from './settings';

test('only what is valid is taken', () => {
  expect(readSettings({ language: 'zh', theme: 'dark', accent: 'pink', namespace: 'shop', other: 1 })).toEqual({
    language: 'zh-CN',
    theme: 'dark',
    accent: 'pink',
    namespace: 'shop',
  });
  for (const bad of [null, 7, 'x', [], { language: 'fr', theme: 1, accent: '</style>', namespace: {} }]) {
    expect(readSettings(bad)).toEqual({});
  }
});

test("what a person chose wins over the server's defaults", () => {
  setServerDefaults({ accent: 'orange', theme: 'dark' }, 'east');
  expect(settings()).toMatchObject({ accent: 'orange', theme: 'dark' });
  choose({ accent: 'blue' });
  expect(settings()).toMatchObject({ accent: 'blue', theme: 'dark' });
  setServerDefaults(undefined, 'east');
  expect(settings()).toMatchObject({ accent: 'blue', theme: 'auto' });
});
