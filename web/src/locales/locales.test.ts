// The texts of both languages are complete, and every one of them is used.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import en from './en.json';
import zh from './zh-CN.json';

function keysOf(tree: object, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string' ? [prefix + name] : keysOf(value as object, `${prefix}${name}.`),
  );
}

const plural = /_(zero|one|two|few|many|other)$/;
const without = (keys: string[]) => [...new Set(keys.map((key) => key.replace(plural, '')))].sort();
const source = join(import.meta.dirname, '..');
const code = readdirSync(source, { recursive: true })
  .map(String)
  .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
  .map((name) => readFileSync(join(source, name), 'utf8'))
  .join('\n');

// t('a.b'), i18nKey="a.b", and the key of a table ("text: 'a.b'") are exact; t(`a.${x}`) uses all that begins with a.
const exact = [...code.matchAll(/(?:\bt\(\s*|i18nKey=|[?:]\s*)['"]([a-z][A-Za-z]*(?:\.[\w-]+)+)['"]/g)].map(
  (match) => match[1] ?? '',
);
const patterns = [...code.matchAll(/\bt\(\s*`([^`]*)`/g)].map((match) => match[1] ?? '');
const patternExpressions = patterns.map(
  (pattern) => new RegExp(`^${pattern.replace(/\./g, '\\.').replace(/\$\{[^}]*\}/g, '[\\w-]+')}$`),
);

const keys = without(keysOf(en));
const roots = new Set(keys.map((key) => key.split('.')[0]));

test('both languages have the same keys', () => {
  expect(without(keysOf(zh))).toEqual(keys);
});

test('every text that the pages name exists', () => {
  const missing = exact.filter((key) => roots.has(key.split('.')[0] ?? '') && !keys.includes(key));
  const called = [...code.matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  expect([...missing, ...called.filter((key) => !keys.includes(key))]).toEqual([]);
});

test('every pattern of texts finds some', () => {
  const empty = patterns.filter((_, index) => !keys.some((key) => patternExpressions[index]?.test(key)));
  expect(empty).toEqual([]);
});

test('every text is used', () => {
  const used = new Set(exact);
  expect(keys.filter((key) => !used.has(key) && !patternExpressions.some((pattern) => pattern.test(key)))).toEqual([]);
});

test('both languages fill in the same values', () => {
  const values = (tree: object) => {
    const read = (key: string) =>
      key.split('.').reduce<unknown>((node, part) => (node as Record<string, unknown>)?.[part], tree);
    return Object.fromEntries(
      keysOf(tree).map((key) => [
        key.replace(/_one$/, '_other'),
        [...String(read(key)).matchAll(/\{\{(\w+)/g)]
          .map((match) => match[1])
          .sort()
          .join(),
      ]),
    );
  };
  const english = values(en);
  for (const [key, names] of Object.entries(values(zh))) expect(`${key}: ${english[key]}`).toBe(`${key}: ${names}`);
});
