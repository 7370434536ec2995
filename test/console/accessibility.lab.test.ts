import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensurePage } from '../../scripts/page.ts';
import { type SimWorld, startSimWorld } from './sim-world.ts';
import { ConsoleBrowser } from './stage/console-browser.ts';
import { ConsolePage } from './stage/console-page.ts';
import { watchPage } from './stage/console-stage.ts';
import { type Place, placesOf } from './stage/places.ts';

const LIMIT_MS = 180_000;
const STANDARDS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What a theme can do wrong. */
const COLOURS: RunOptions = { runOnly: ['color-contrast'] };
const EVERYTHING: RunOptions = { runOnly: STANDARDS };
/** A language changes no colours, and they take most of the time. */
const BUT_COLOURS: RunOptions = { ...EVERYTHING, rules: { 'color-contrast': { enabled: false } } };

let world: SimWorld;
let browser: ConsoleBrowser;
let console: ConsolePage;
let places: readonly Place[];
let axe: string;

beforeAll(async () => {
  await ensurePage();
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  world = await startSimWorld();
  places = await placesOf(world);
  browser = await ConsoleBrowser.start();
  console = new ConsolePage(browser.page);
  await console.open(world.baton.url, '');
});

afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

watchPage(() => browser);

/** What is badly wrong for people who can't see well, or use no mouse: each rule with the places where it is broken. */
async function violations(options: RunOptions): Promise<readonly string[]> {
  const results = (await console.page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults;
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes
        .filter(({ html }) => !isListOfField(id, html))
        .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} (${failureSummary?.split('\n')[1]?.trim()})`),
    );
}

/** A list of choices is gone through from its field; axe would have it take the keyboard itself. */
function isListOfField(rule: string, html: string): boolean {
  return rule === 'scrollable-region-focusable' && html.includes('mantine-ScrollArea-viewport');
}

async function everyPlace(options: RunOptions): Promise<readonly string[]> {
  await console.page.evaluate(axe);
  const found: string[] = [];
  for (const place of places) {
    await console.go(place.at);
    await console.settled();
    found.push(...(await violations(options)).map((one) => `${place.name}: ${one}`));
  }
  return found;
}

/** What opens over a page, by ways that are the same in every language. */
async function everyDialog(options: RunOptions): Promise<readonly string[]> {
  const { page } = console;
  await console.page.evaluate(axe);
  const found: string[] = [];
  const look = async (name: string): Promise<void> => {
    found.push(...(await violations(options)).map((one) => `${name}: ${one}`));
  };
  await console.openPalette();
  await look('palette');
  await page.keyboard.press('Escape');

  const replica = world.fleets[0]?.clusters[0]?.replicas[1];
  if (replica === undefined) throw new Error('The simulated world has no such replica.');
  await console.openCluster(replica);
  await console.canvas.box(replica).click({ button: 'right' });
  const menu = page.getByRole('menu');
  await menu.waitFor();
  await look('menu of a server');
  await menu.getByRole('menuitem').nth(1).click();
  const option = page.getByRole('option').first();
  await option.waitFor();
  await look('list of targets');
  await option.click();
  await page.getByRole('dialog').getByText('CHANGE REPLICATION SOURCE TO').first().waitFor();
  await look('operation');
  await console.closeDialog();

  for (const place of ['downtime', 'tags', 'candidates'] as const) {
    await console.go(place);
    await console.settled();
    await console.main.locator('.section-title, .page-title').getByRole('button').first().click();
    await page.getByRole('dialog').locator('input').first().waitFor();
    await look(`${place}, dialog`);
    await console.closeDialog();
  }
  return found;
}

for (const language of ['en', 'zh'] as const) {
  test(`every page and dialog in ${language} can be used by everyone`, { timeout: LIMIT_MS }, async () => {
    await console.prefer({ language, theme: 'light' });
    const options = language === 'en' ? EVERYTHING : BUT_COLOURS;
    expect.soft(await everyPlace(options)).toEqual([]);
    expect(await everyDialog(options)).toEqual([]);
  });
}

for (const theme of ['dark', 'contrast'] as const) {
  test(`every text can be read in ${theme}`, { timeout: LIMIT_MS }, async () => {
    await console.prefer({ language: theme === 'dark' ? 'zh' : 'en', theme });
    expect.soft(await everyPlace(COLOURS)).toEqual([]);
    expect(await everyDialog(COLOURS)).toEqual([]);
  });
}
