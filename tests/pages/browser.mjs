// A real browser for tests: Debian's chromium, driven by playwright-core. Counts what a person would do (clicks, fields
// filled), takes screenshots, and asks axe about accessibility.

import { createRequire } from 'node:module';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

// The modules of the pages' own build.
const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

async function launch() {
  return chromium.launch({
    executablePath: process.env.TRANSHIP_CHROMIUM ?? '/usr/bin/chromium',
    // The clusters' addresses are this machine's own.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-proxy-server'],
  });
}

// Only what hangs fails by it: a busy machine restores slowly.
const patience = 300_000;

// Runs it with a browser. When it fails every person's page is kept as a picture; the console's complaints are told.
export async function play(scene) {
  const browser = await launch();
  const people = [];
  try {
    await scene(async (settings) => {
      const person = await Person.sitDown(browser, settings);
      people.push(person);
      return person;
    });
  } catch (error) {
    for (const person of people) {
      process.stderr.write(`${person.name} at ${new URL(person.page.url()).pathname}: ${person.errors.join('; ')}\n`);
      const shown = await person.page.evaluate(() => document.querySelector('main')?.innerText).catch(() => '');
      process.stderr.write(`${shown?.slice(0, 1500)}\n`);
      if (person.pictures) await person.picture('failed').catch(() => {});
    }
    throw error;
  } finally {
    await browser.close();
  }
}

// One person in front of one cluster's pages.
export class Person {
  static async sitDown(browser, { address, language, theme, width = 1280, height = 800, pictures, name }) {
    const context = await browser.newContext({
      viewport: { width, height },
      locale: language === 'zh' ? 'zh-CN' : 'en-US',
      colorScheme: theme,
      reducedMotion: 'reduce', // what still moves is missed by a click
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    const person = new Person(page, pictures, name);
    page.on('pageerror', (error) => person.errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') person.errors.push(message.text());
    });
    await page.goto(address);
    return person;
  }

  constructor(page, pictures, name) {
    this.page = page;
    this.pictures = pictures;
    this.name = name;
    this.interactions = [];
    this.errors = [];
  }

  at(testid) {
    return this.page.getByTestId(testid);
  }

  async picture(label) {
    mkdirSync(this.pictures, { recursive: true });
    // Transfer tokens are nobody's to read, not even a test's.
    await this.page.screenshot({
      path: path.join(this.pictures, `${this.name}-${label}.png`),
      mask: [this.page.locator('[data-testid="token"]:not(:placeholder-shown)')],
      maskColor: '#868e96',
    });
  }

  async click(testid) {
    this.interactions.push(`click ${testid}`);
    await this.at(testid).first().click();
  }

  // Of the button in a part of the page.
  async clickIn(testid) {
    this.interactions.push(`click the button in ${testid}`);
    await this.at(testid).first().locator('a, button').first().click();
  }

  // A radio button; fails when it is not chosen then.
  async check(testid) {
    this.interactions.push(`check ${testid}`);
    await this.at(testid).first().check();
  }

  async fill(testid, value) {
    this.interactions.push(`fill ${testid}`);
    await this.at(testid).first().fill(value);
  }

  // A Switch or a Chip, by the keyboard: its input has no place to click.
  async toggle(testid) {
    this.interactions.push(`toggle ${testid}`);
    await this.at(testid).first().focus();
    await this.page.keyboard.press('Space');
  }

  async paste(testid, value) {
    this.interactions.push(`paste ${testid}`);
    await this.page.evaluate((text) => navigator.clipboard.writeText(text), value);
    await this.at(testid).first().focus();
    await this.page.keyboard.press('ControlOrMeta+V');
  }

  // What a copy button put into the clipboard: it may have to fetch it first.
  async copied(beginning) {
    for (const end = Date.now() + patience; Date.now() < end; await this.page.waitForTimeout(200)) {
      const text = await this.page.evaluate(() => navigator.clipboard.readText());
      if (text.startsWith(beginning)) return text;
    }
    throw new Error(`nothing that begins with ${beginning} was copied`);
  }

  async sees(testid, text) {
    const found = this.at(testid).first();
    await found.waitFor();
    if (text === undefined) return found;
    await this.page.waitForFunction(
      ([id, wanted]) =>
        [...document.querySelectorAll(`[data-testid="${id}"]`)].some((each) => each.textContent.includes(wanted)),
      [testid, text],
    );
    return found;
  }

  // Looks at the page as it is: a picture when pictures are taken, and axe's opinion.
  async look(label) {
    await this.page.waitForTimeout(300); // transitions
    if (this.pictures) await this.picture(label);
    await this.page.evaluate(axeSource);
    const { violations } = await this.page.evaluate(() =>
      window.axe.run(document, {
        resultTypes: ['violations'],
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'],
      }),
    );
    const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    if (bad.length > 0) {
      const told = bad.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
      throw new Error(`accessibility of ${this.name}-${label}: ${told.join('; ')}`);
    }
    const sideways = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (sideways > 0) throw new Error(`${this.name}-${label} is ${sideways} px wider than its window`);
  }
}
