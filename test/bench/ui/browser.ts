import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { HOME, runProgram } from '../../../scripts/run-command.ts';
import { obtainBrowser } from '../../lab/browser/packages.ts';
import { PROBE } from './probe.ts';

/** A page in a browser of its own, as the bench drives it. */
export interface OpenPage {
  readonly page: Page;
  readonly session: CDPSession;
}

const SIZE = { width: 1440, height: 900 };
const FLAGS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function startBrowser(): Promise<Browser> {
  const { executable, env } = await obtainBrowser();
  return await chromium.launch({
    executablePath: executable,
    args: FLAGS,
    env: { ...(process.env as Record<string, string>), ...env },
  });
}

/** Opens an address with the probe in it, in English whatever the machine speaks. */
export async function openPage(browser: Browser, url: string): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: SIZE, locale: 'en-US', reducedMotion: 'no-preference' });
  await context.addInitScript(PROBE);
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  return { page, session: await context.newCDPSession(page) };
}

/** Folders of the page as it is delivered, and of the page to compare it with. */
export interface BuiltPages {
  readonly console: string;
  readonly peer: string;
  forget(): Promise<void>;
}

export async function buildPages(): Promise<BuiltPages> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-bench-ui-'));
  const forget = () => rm(folder, { recursive: true, force: true });
  const [page, peer] = [join(folder, 'console'), join(folder, 'peer')];
  try {
    await build(['--config', join(HOME, 'renderer.vite.config.ts')], page);
    await build([join(HOME, 'test', 'bench', 'ui', 'peer')], peer);
  } catch (error) {
    await forget();
    throw error;
  }
  return { console: page, peer, forget };
}

async function build(args: readonly string[], outDir: string): Promise<void> {
  const code = await runProgram('vite/bin/vite.js', ['build', ...args, '--outDir', outDir, '--logLevel', 'error']);
  if (code !== 0) throw new Error(`A page can't be built (exit code ${code}).`);
}
