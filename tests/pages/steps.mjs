// What the stories have in common: sitting down at a cluster's pages, keys as they are pasted, a restore from its plan
// to the address of what it made, and a walk over pages.

// As consoles and secret managers hand access keys out.
export const keysText = (store, keys) =>
  [
    `AWS_ACCESS_KEY_ID=${keys.access_key_id}`,
    `AWS_SECRET_ACCESS_KEY=${keys.secret_access_key}`,
    `AWS_ENDPOINT_URL=${store.endpoint}`,
    `S3_BUCKET=${store.bucket}/${store.prefix}`,
  ].join('\n');

// Somebody in front of the pages of one of the story's clusters.
export async function sit(sitDown, story, cluster, size = {}) {
  const person = await sitDown({
    address: story[cluster],
    language: story.language,
    theme: story.themes[cluster],
    pictures: story.pictures,
    name: `${cluster}-${story.language}`,
    ...size,
  });
  await person.sees('user-menu');
  return person;
}

// From a plan that is being made; returns what the plan says, and the address where the application answers.
export async function restoreByPlan(person) {
  await person.sees('plan-summary');
  await person.page.locator('[data-testid="restore"]:not([disabled])').waitFor();
  await person.look('restore-plan');
  const plan = await person.page.locator('main').textContent();
  await person.click('restore');
  await person.sees('steps');
  await person.look('restore-running');
  const address = await person.sees('address');
  await person.look('restore-done');
  return { plan, address: await address.textContent() };
}

export async function open(person, path) {
  await person.page.goto(new URL(path, person.page.url()).href);
  await person.sees('user-menu');
  await person.page.locator('h1').first().waitFor();
  await person.page.waitForTimeout(700); // what comes by the stream of events
}

// Looks at pages by their labels and paths.
export async function lookAround(person, pages) {
  for (const [label, path] of Object.entries(pages)) {
    await open(person, path);
    await person.look(label);
  }
}

// Where the first link of a page leads that begins so.
export async function linkOn(person, page, beginning) {
  await open(person, page);
  const link = person.page.locator(`a[href^="${beginning}"]`).first();
  return link.getAttribute('href');
}

export function withoutErrors(...people) {
  const errors = people.flatMap((person) => person.errors);
  if (errors.length > 0) throw new Error(`the browser's console: ${errors.join('; ')}`);
}
