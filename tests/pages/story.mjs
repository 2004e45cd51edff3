// The story in a browser, as a person plays it: a location and an export on one cluster; the import and the restore on
// the other. Reads what it is about as JSON from standard input, writes what it did and saw to standard output.

import { readFileSync } from 'node:fs';
import { play } from './browser.mjs';
import { keysText, linkOn, lookAround, open, restoreByPlan, sit, withoutErrors } from './steps.mjs';

const story = JSON.parse(readFileSync(0, 'utf8'));
const { application, target, store, transforms } = story;

async function exportOn(east) {
  await east.sees('nav-overview');
  await east.look('overview-empty');
  await east.click('add-location');
  await east.paste('access-key-id', keysText(store, story.eastKeys));
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
  await west.paste('access-key-id', keysText(store, story.westKeys));
  await west.sees('reachable');
  await west.look('import-form');
  await west.click('create-run');
  await west.sees('imported');
  await west.look('policy-ran');
}

async function restoreOn(west) {
  await west.clickIn('imported');
  await west.fill('target', target);
  return restoreByPlan(west);
}

// What opens on pages: a folder of a volume, the settings that few need.
async function openParts(person, point) {
  await open(person, point);
  await person.page.getByRole('button', { name: 'data', exact: true }).click();
  await person.page.waitForTimeout(700);
  await person.look('files');
  await open(person, '/locations/new');
  await person.click('more');
  await person.at('mover-access').scrollIntoViewIfNeeded();
  await person.look('location-more');
}

// A restore point that only this cluster has, and what it adds to the application's page.
async function backUpOn(east) {
  await lookAround(east, {
    overview: '/',
    'policy-new': '/policies/new/export',
    application: `/applications/${application}`,
  });
  await east.click(`backup-${application}`);
  await east.sees('outcome');
  await east.look('backup-done');
  await lookAround(east, { timeline: `/applications/${application}` });
}

await play(async (sitDown) => {
  const east = await sit(sitDown, story, 'east');
  const token = await exportOn(east);
  const west = await sit(sitDown, story, 'west');
  await importOn(west, token);
  const { plan, address } = await restoreOn(west);
  const interactions = [...east.interactions, ...west.interactions];
  const point = await linkOn(west, `/applications/${application}`, '/restorepoints/');
  const policy = await linkOn(west, '/policies', '/policies/tranship/');
  const pages = {
    overview: '/',
    applications: '/applications',
    application: `/applications/${target}`,
    'restore-point': point,
    manifests: `${point}?tab=manifests`,
    policies: '/policies',
    'policy-form': policy,
    locations: '/locations',
    transforms: '/transforms',
    'transform-form': `/transforms/${transforms}`,
    actions: '/actions',
    settings: '/settings',
  };
  await lookAround(west, pages);
  await openParts(west, point);
  await backUpOn(east);
  const narrow = await sit(sitDown, story, 'west', {
    width: 360,
    height: 720,
    name: `west-${story.language}-narrow`,
  });
  await lookAround(narrow, {
    ...pages,
    'location-form': '/locations/new',
    'restore-plan': `/applications/${application}/restore`,
  });
  await openParts(narrow, point);
  withoutErrors(east, west, narrow);
  process.stdout.write(JSON.stringify({ interactions, plan, address }));
});
