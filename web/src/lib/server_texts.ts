// What the server says, on pages of another language. It writes statuses once, in English: sentences are known again by
// their templates (locales/server.zh-CN.json), errors by their codes (locales/troubles.zh-CN.json, made of the docs).
import type { Trouble } from '../api/types';

export interface ServerTexts {
  templates: Record<string, string>; // "{} of {} replicas ready" to "{2} 个副本中 {1} 个就绪"
  troubles: Record<string, { what: string; fix: string }>; // by code; "http.*" stands for all of its kind
}

export interface Explained {
  message: string;
  fix?: string;
  code?: string;
  original?: { message: string; fix?: string }; // where it was said in other words
}

interface Template {
  pattern: RegExp;
  words: string;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

// The most telling first: "container {}: {}" would take what "container {}: {} (last exit code {}, {})" is for.
function compile(templates: Record<string, string>): Template[] {
  const told = ([english]: [string, string]) => english.replaceAll('{}', '').length;
  return Object.entries(templates)
    .sort((one, other) => told(other) - told(one))
    .map(([english, words]) => ({
      pattern: new RegExp(`^${english.split('{}').map(escaped).join('(.+?)')}$`, 's'),
      words,
    }));
}

function find(templates: Template[], text: string): string | undefined {
  for (const { pattern, words } of templates) {
    const match = pattern.exec(text);
    if (!match) continue;
    return words.replace(/\{(\d+)\}/g, (_, number: string) => {
      const value = match[Number(number)] ?? '';
      return find(templates, value) ?? value;
    });
  }
  // What happened and what to do, as conditions join them.
  for (let end = text.indexOf('. '); end >= 0; end = text.indexOf('. ', end + 2)) {
    const [first, second] = [find(templates, text.slice(0, end)), find(templates, text.slice(end + 2))];
    if (first !== undefined && second !== undefined) return `${first}。${second}`;
  }
  // "Deployment shop/web: <a sentence>": of what it is stays as it is.
  for (let colon = text.indexOf(': '); colon >= 0; colon = text.indexOf(': ', colon + 2)) {
    const rest = find(templates, text.slice(colon + 2));
    if (rest !== undefined) return `${text.slice(0, colon)}：${rest}`;
  }
  return undefined;
}

// Says a sentence of the server in the pages' language; undefined where it is not known.
export function translator(templates: Record<string, string>): (text: string) => string | undefined {
  const compiled = compile(templates);
  const known = new Map<string, string | undefined>();
  return (text) => {
    if (!known.has(text)) known.set(text, find(compiled, text));
    return known.get(text);
  };
}

function entryOf(troubles: ServerTexts['troubles'], code: string | undefined) {
  if (!code) return undefined;
  return troubles[code] ?? troubles[`${code.split('.')[0]}.*`];
}

// An error in the pages' language. What only its own words tell (names, places) stays beside it.
export function explain(
  trouble: Trouble,
  troubles: ServerTexts['troubles'],
  translate: (text: string) => string | undefined,
): Explained {
  const entry = entryOf(troubles, trouble.code);
  const message = translate(trouble.message) ?? entry?.what;
  if (message === undefined) return { ...trouble };
  const fix = (trouble.fix && translate(trouble.fix)) ?? entry?.fix ?? trouble.fix;
  return {
    code: trouble.code,
    message,
    ...(fix && { fix }),
    original: { message: trouble.message, ...(trouble.fix && { fix: trouble.fix }) },
  };
}
