// Logging in with a token at pages that the cluster serves, and out again.

import { readFileSync } from 'node:fs';
import { play } from './browser.mjs';

const { address, token, pictures } = JSON.parse(readFileSync(0, 'utf8'));
await play(async (sitDown) => {
  const person = await sitDown({ address, language: 'en', theme: 'light', pictures, name: 'login' });
  await person.sees('login-token');
  await person.look('form');
  await person.fill('login-token', 'not a token');
  await person.click('login-submit');
  await person.sees('trouble-code', 'api.token');
  await person.fill('login-token', token);
  await person.click('login-submit');
  await person.sees('user-menu');
  const user = await person.page.evaluate(async () => (await (await fetch('/api/v1/session')).json()).user);
  await person.click('user-menu');
  await person.click('sign-out');
  await person.sees('login-token');
  process.stdout.write(JSON.stringify({ user }));
});
