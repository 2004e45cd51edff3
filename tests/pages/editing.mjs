// A person changes what is there: transforms are made and changed, a policy and a location are changed, and what hangs
// on the location is said when it would be removed.

import { readFileSync } from 'node:fs';
import { play } from './browser.mjs';

const { address, namespace, keys, pictures } = JSON.parse(readFileSync(0, 'utf8'));

async function go(person, path) {
  await person.page.goto(new URL(path, address).href);
  await person.sees('user-menu');
}

// Of Mantine's Select: the option with this text.
async function choose(person, testid, text) {
  await person.click(testid);
  await person.page.getByRole('option', { name: text, exact: true }).click();
}

async function rule(person, number, { name, kind, op, path, value }) {
  const fields = person.at(`rule-${number}`);
  await fields.getByTestId('rule-name').fill(name);
  if (kind) await fields.getByTestId('subject-kind').fill(kind);
  if (op) {
    await fields.getByTestId('op').click();
    await person.page.getByRole('option', { name: op, exact: true }).click();
  }
  await fields.getByTestId('path').fill(path);
  if (value) await fields.getByTestId('value').fill(value);
}

async function transforms(person) {
  await go(person, '/transforms/new');
  await rule(person, 1, { name: 'one replica', kind: 'Deployment', path: '/metadata/name', value: '1' });
  await person.sees('patch-trouble');
  if (await person.at('save').isEnabled()) throw new Error('a rule that is wrong can be saved');
  await person.look('transform-wrong');
  await person.at('path').fill('/spec/replicas');
  await person.fill('name', 'for-tests');
  await person.click('save');
  await person.sees('transform-sets', 'for-tests');
  await go(person, `/transforms/${namespace}/for-tests`);
  await person.sees('rule-1');
  await person.click('add-rule');
  await rule(person, 2, { name: 'no host', op: 'remove', path: '/spec/rules/0/host' });
  await person.look('transform-form');
  await person.click('save');
  await person.sees('transform-sets', 'no host');
  await person.look('transforms');
}

async function policy(person) {
  await go(person, '/policies');
  await person.click('edit-nightly');
  await choose(person, 'frequency', 'Every so many minutes');
  await person.toggle('with-backup');
  await person.sees('keep-local-latest');
  await person.look('policy-form');
  await person.click('save');
  await person.sees('policy-nightly', 'local restore points');
  await person.look('policies');
}

async function location(person) {
  await go(person, `/locations/${namespace}/depot`);
  await person.sees('trouble-code', 'store.credentials');
  await person.click('change-keys');
  await person.fill('access-key-id', keys.access_key_id);
  await person.fill('secret-access-key', keys.secret_access_key);
  await person.click('change-passphrase');
  await person.fill('passphrase', 'another sentence');
  await person.toggle('read-only');
  await person.click('more');
  await person.check('mover-access-Relayed');
  await person.sees('test-done');
  await person.look('location-change');
  await person.click('save');
  await person.sees('locations', 'depot');
  await person.click('remove-depot');
  const hanging = await (await person.sees('hanging')).textContent();
  await person.look('location-remove');
  return hanging;
}

await play(async (sitDown) => {
  const person = await sitDown({ address, language: 'en', theme: 'light', pictures, name: 'editing' });
  await person.sees('user-menu');
  // Others of that name may be left in other namespaces.
  await person.fill('scope', namespace);
  await person.page.keyboard.press('Enter');
  await transforms(person);
  await policy(person);
  const hanging = await location(person);
  if (person.errors.length > 0) throw new Error(`the browser's console: ${person.errors.join('; ')}`);
  process.stdout.write(JSON.stringify({ hanging }));
});
