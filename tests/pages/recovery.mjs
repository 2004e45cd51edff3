// The source is gone: on the pages of a cluster that knows nothing, a location with its passphrase shows the
// application as removed, and it is restored. Reads and writes as story.mjs does.

import { readFileSync } from 'node:fs';
import { play } from './browser.mjs';
import { keysText, lookAround, restoreByPlan, sit, withoutErrors } from './steps.mjs';

const story = JSON.parse(readFileSync(0, 'utf8'));
const { application, store } = story;

await play(async (sitDown) => {
  const person = await sit(sitDown, story, 'new');
  await person.sees('nav-overview');
  await person.click('add-location');
  await person.paste('access-key-id', keysText(store, story.keys));
  await person.fill('passphrase', story.passphrase);
  await person.toggle('read-only');
  await person.sees('test-done', application);
  await person.look('location-form');
  await person.click('save');
  await person.sees(`restore-${application}`);
  await person.toggle('filter-removed');
  const shown = await (await person.sees('applications')).textContent();
  await person.look('applications-removed');
  await person.click(`restore-${application}`);
  const { address } = await restoreByPlan(person);
  const { interactions } = person;
  await lookAround(person, { overview: '/', application: `/applications/${application}` });
  withoutErrors(person);
  process.stdout.write(JSON.stringify({ interactions, address, shown }));
});
