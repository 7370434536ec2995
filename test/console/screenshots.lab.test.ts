import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensurePage } from '../../scripts/page.ts';
import { HOME } from '../../scripts/run-command.ts';
import { type SimWorld, startSimWorld } from './sim-world.ts';
import { ConsoleBrowser } from './stage/console-browser.ts';
import { ConsolePage } from './stage/console-page.ts';
import { watchPage } from './stage/console-stage.ts';
import { flawsOf } from './stage/flaws.ts';
import { type Place, placesOf } from './stage/places.ts';
import { unwantedIn } from './stage/unwanted-texts.ts';

const FOLDER = join(HOME, 'out', 'screenshots');
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const;
const LANGUAGES = ['en', 'zh'] as const;
/** A few minutes on a machine that has other things to do. */
const LIMIT_MS = 180_000;

let world: SimWorld;
let browser: ConsoleBrowser;
let console: ConsolePage;
let places: readonly Place[];

beforeAll(async () => {
  await ensurePage();
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
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

test('a page with flaws is noticed', async () => {
  await console.go('about');
  await console.settled();
  await console.page.evaluate(() => {
    const flawed = document.createElement('div');
    flawed.innerHTML = `
      <div style="width: 3000px">wide</div>
      <div style="width: 40px; overflow: hidden; white-space: nowrap">It goes on and on</div>
      <div style="width: 40px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis">It ends in dots</div>
      <div style="width: 40px; overflow: hidden; white-space: nowrap" title="Told in full">Told in full</div>
      <div style="position: relative"><button>below</button><b style="position: absolute; inset: 0">above</b></div>
      <p>clusters:column.state</p>`;
    document.querySelector('main h1')?.before(flawed);
  });
  const flaws = (await flawsOf(console.page, unwantedIn('en'))).join('\n');
  expect(flaws).toContain('px wider than its place');
  expect(flaws).toContain('Cut off: "It goes on and on"');
  expect(flaws).toContain('Cut off: "It ends in dots"');
  expect(flaws).not.toContain('Told in full');
  expect(flaws).toContain('"below" lies under "above"');
  expect(flaws).toContain('"clusters:column.state": the name of a text');
  await console.page.reload();
});

async function picture(place: Place, language: string, theme: string, width: number): Promise<void> {
  await console.page.screenshot({ path: join(FOLDER, `${place.name}-${language}-${theme}-${width}.png`) });
}

for (const language of LANGUAGES) {
  const unwanted = unwantedIn(language);

  test(`every page in ${language} looks as it should, light and dark`, { timeout: LIMIT_MS }, async () => {
    await console.prefer({ language, theme: 'system' });
    const flaws: string[] = [];
    for (const place of places) {
      await console.page.emulateMedia({ colorScheme: 'light' });
      await console.go(place.at);
      for (const size of SIZES) {
        await console.page.setViewportSize(size);
        await console.settled();
        const found = await flawsOf(console.page, unwanted);
        flaws.push(...found.map((flaw) => `${place.name} at ${size.width}: ${flaw}`));
        await picture(place, language, 'light', size.width);
      }
      // What a theme changes are colours: no flaw of these comes or goes with them.
      await console.page.emulateMedia({ colorScheme: 'dark' });
      for (const size of SIZES.toReversed()) {
        await console.page.setViewportSize(size);
        await console.settled();
        await picture(place, language, 'dark', size.width);
      }
    }
    expect(flaws).toEqual([]);
  });

  test(`every page in ${language} is drawn in high contrast`, { timeout: LIMIT_MS }, async () => {
    await console.prefer({ language, theme: 'contrast' });
    for (const place of places) {
      await console.go(place.at);
      await console.settled();
      await picture(place, language, 'contrast', SIZES[0].width);
    }
  });
}
