// What a person sees who types something wrong: the code, in the form itself or on the page of the action, and what to
// do. Reads from standard input what is wrong and which code is expected of it.

import { readFileSync } from 'node:fs';
import { play } from './browser.mjs';

const { address, language, theme, pictures, store, keys, locations, tokens, objects } = JSON.parse(
  readFileSync(0, 'utf8'),
);

async function told(person, label, code) {
  await person.sees('trouble-code', code);
  const fix = await (await person.sees('trouble-fix')).textContent();
  if (fix.length < 8) throw new Error(`${label}: nothing says what to do: ${fix}`);
  const title = await person.at('trouble').first().textContent();
  if (language === 'zh' && !/[\u4e00-\u9fff]{3}/.test(title)) throw new Error(`${label}: not in Chinese: ${title}`);
  await person.look(label);
}

async function go(person, path) {
  await person.page.goto(new URL(path, address).href);
  await person.sees('user-menu');
}

async function typeLocation(person, { label, endpoint, bucket, prefix = '', passphrase = '', code }) {
  await go(person, '/locations/new');
  await person.fill('endpoint', endpoint);
  await person.fill('bucket', bucket);
  await person.fill('prefix', prefix);
  await person.fill('access-key-id', keys.access_key_id);
  await person.fill('secret-access-key', keys.secret_access_key);
  if (passphrase) await person.fill('passphrase', passphrase);
  await told(person, label, code);
}

async function pasteToken(person, { label, token, code }) {
  await go(person, '/policies/new/import');
  await person.fill('token', token);
  await told(person, label, code);
}

await play(async (sitDown) => {
  const person = await sitDown({ address, language, theme, pictures, name: `bad-${language}` });
  await person.sees('user-menu');
  for (const location of locations) await typeLocation(person, { endpoint: store, ...location });
  for (const token of tokens) await pasteToken(person, token);
  for (const { label, path, code } of objects) {
    await go(person, path);
    await told(person, label, code);
  }
  // A line of the list says it too.
  await go(person, '/locations');
  await person.page.getByText('store.no_bucket').first().waitFor();
  // The server's refusals (4xx) are the browser's complaints here.
  const errors = person.errors.filter((error) => !error.includes('the server responded with a status of 4'));
  if (errors.length > 0) throw new Error(`the browser's console: ${errors.join('; ')}`);
  process.stdout.write(JSON.stringify({ told: locations.length + tokens.length + objects.length }));
});
