// The story in a browser, as a person plays it: a location and an export on one cluster; the import and the restore on
// the other. Reads what it is about as JSON from standard input, writes what it did and saw to standard output.

import { readFileSync } from 'node:fs';
import { play } from './browser.mjs';

const story = JSON.parse(readFileSync(0, 'utf8'));
const { application, target, language, store } = story;

// As consoles and secret managers hand access keys out.
const keysText = (keys) =>
  [
    `AWS_ACCESS_KEY_ID=${keys.access_key_id}`,
    `AWS_SECRET_ACCESS_KEY=${keys.secret_access_key}`,
    `AWS_ENDPOINT_URL=${store.endpoint}`,
    `S3_BUCKET=${store.bucket}/${store.prefix}`,
  ].join('\n');

async function exportOn(east) {
  await east.sees('nav-overview');
  await east.look('overview-empty');
  await east.click('add-location');
  await east.paste('access-key-id', keysText(story.eastKeys));
  await east.fill('passphrase', story.passphrase);
  await east.page.locator('[data-testid="test-delete"][data-state="done"]').waitFor();
  await east.look('location-form');
  await east.click('save');
  await east.sees(`export-${application}`);
  await east.look('applications');
  await east.click(`export-${application}`);
  await east.look('export-dialog');
  await east.click('export-submit');
  await east.sees('steps');
  await east.look('export-running');
  await east.sees('token-panel');
  await east.look('export-done');
  await east.click('copy-token');
  return east.copied('tranship1_');
}

async function importOn(west, token) {
  await west.sees('nav-overview');
  await west.look('overview-empty');
  await west.click('import-from-token');
  await west.paste('token', token);
  await west.sees('inspected-application', application);
  await west.paste('access-key-id', keysText(story.westKeys));
  await west.sees('reachable');
  await west.look('import-form');
  await west.click('create-run');
  await west.sees('imported');
  await west.look('policy-ran');
}

async function restoreOn(west) {
  await west.clickIn('imported');
  await west.fill('target', target);
  await west.sees('plan-summary');
  await west.page.locator('[data-testid="restore"]:not([disabled])').waitFor();
  await west.look('restore-plan');
  await west.click('restore');
  await west.sees('steps');
  await west.look('restore-running');
  const address = await west.sees('address');
  await west.look('restore-done');
  return address.textContent();
}

async function lookAround(person, pages) {
  for (const [label, path] of Object.entries(pages)) {
    await person.page.goto(new URL(path, person.page.url()).href);
    await person.sees('user-menu');
    await person.page.locator('h1').first().waitFor();
    await person.page.waitForTimeout(700); // what comes by the stream of events
    await person.look(label);
  }
}

await play(async (sitDown) => {
  const sit = async (cluster, size = {}) => {
    const person = await sitDown({
      address: story[cluster],
      language,
      theme: story.themes[cluster],
      pictures: story.pictures,
      name: `${cluster}-${language}`,
      ...size,
    });
    await person.sees('user-menu');
    return person;
  };
  const east = await sit('east');
  const token = await exportOn(east);
  const west = await sit('west');
  await importOn(west, token);
  const address = await restoreOn(west);
  const interactions = [...east.interactions, ...west.interactions];
  const pages = {
    overview: '/',
    applications: '/applications',
    application: `/applications/${target}`,
    policies: '/policies',
    locations: '/locations',
    actions: '/actions',
    settings: '/settings',
  };
  await lookAround(west, pages);
  await lookAround(east, { overview: '/', application: `/applications/${application}` });
  const narrow = await sit('west', { width: 360, height: 720, name: `west-${language}-narrow` });
  await lookAround(narrow, pages);
  const errors = [...east.errors, ...west.errors, ...narrow.errors];
  if (errors.length > 0) throw new Error(`the browser's console: ${errors.join('; ')}`);
  process.stdout.write(JSON.stringify({ interactions, address }));
});
