// How much script the first page needs, compressed: what index.html loads, what that imports, and the largest page.
// usage: node budget.mjs DIST; fails above the limit
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const wantedKilobytes = 300;
const limitKilobytes = 350;
const dist = process.argv[2];
const assets = join(dist, 'assets');
const size = (name) => gzipSync(readFileSync(join(assets, name)), { level: 9 }).length;
const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));

// Static imports only; pages are imported when they are opened.
function needed(name, seen = new Set()) {
  if (seen.has(name) || !scripts.includes(name)) return seen;
  seen.add(name);
  const text = readFileSync(join(assets, name), 'utf8');
  for (const match of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) needed(match[1], seen);
  return seen;
}

const html = readFileSync(join(dist, 'index.html'), 'utf8');
const entry = [...html.matchAll(/assets\/([^"]+\.js)/g)].map((match) => match[1]);
const language = scripts.filter((name) => name.startsWith('en-'));
const first = new Set();
for (const name of [...entry, ...language]) needed(name, first);

const sum = (names) => [...names].reduce((total, name) => total + size(name), 0) / 1024;
const pages = scripts
  .filter((name) => !first.has(name))
  .map((name) => ({ name, more: sum([...needed(name)].filter((each) => !first.has(each))) }))
  .sort((one, other) => other.more - one.more);
const overview = pages.find((page) => page.name.startsWith('Overview-'))?.more ?? 0;
const total = sum(first) + overview;
for (const { name, more } of pages.slice(0, 6)) console.log(`${more.toFixed(1).padStart(8)} KB more for ${name}`);
const bounds = `wanted ${wantedKilobytes}, limit ${limitKilobytes}`;
console.log(`${total.toFixed(1).padStart(8)} KB of script for the first page (${bounds})`);
process.exit(total > limitKilobytes ? 1 : 0);
