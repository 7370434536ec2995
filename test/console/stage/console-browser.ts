import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { RESULTS_FOLDER } from '../../../scripts/test-results.ts';
import { obtainBrowser } from '../../lab/browser/packages.ts';

const CHROMIUM = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const FAILURES = join(import.meta.dirname, '..', '..', '..', RESULTS_FOLDER, 'console');
const VIEWPORT = { width: 1280, height: 800 };
/** For anything on a page that is there or follows at once; a busy machine is slow. */
const ACTION_LIMIT_MS = 15_000;

/** How a person likes the console. */
export interface Preferences {
  readonly theme: 'light' | 'dark' | 'contrast' | 'system';
  readonly language: 'en' | 'zh';
}

/**
 * A Chromium with one page in it: a fixed size, nothing moves by itself, and what the page complains about in its console
 * or breaks of its security policy is kept.
 */
export class ConsoleBrowser {
  readonly page: Page;
  private readonly browser: Browser;
  private readonly context: BrowserContext;
  private problems: string[] = [];
  private expected: RegExp[] = [];

  private constructor(browser: Browser, context: BrowserContext, page: Page) {
    this.browser = browser;
    this.context = context;
    this.page = page;
  }

  static async start(preferences: Preferences = { theme: 'light', language: 'en' }): Promise<ConsoleBrowser> {
    const { executable, env } = await obtainBrowser();
    const browser = await chromium.launch({
      executablePath: executable,
      args: CHROMIUM,
      env: { ...process.env, ...env },
    });
    const context = await browser.newContext({ viewport: VIEWPORT, reducedMotion: 'reduce', locale: 'en-GB' });
    context.setDefaultTimeout(ACTION_LIMIT_MS);
    await context.addInitScript((state) => {
      if (localStorage.getItem('baton-console') === null) {
        localStorage.setItem('baton-console', JSON.stringify({ state, version: 1 }));
      }
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        console.error(`Security policy: ${violatedDirective} forbids ${blockedURI}`);
      });
    }, preferences);
    const page = await context.newPage();
    const opened = new ConsoleBrowser(browser, context, page);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') opened.note(message.text());
    });
    page.on('pageerror', (error) => opened.note(`Uncaught: ${error.stack ?? error.message}`));
    page.on('crash', () => opened.note('The page crashed.'));
    return opened;
  }

  /** From here to the end of the test these complaints are no fault of the page's, such as those about an engine that is gone. */
  expectComplaints(...patterns: readonly RegExp[]): void {
    this.expected.push(...patterns);
  }

  /** What the page complained about since the last call. */
  takeProblems(): readonly string[] {
    const found = this.problems.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
    this.problems = [];
    this.expected = [];
    return found;
  }

  /** Leaves a picture and the page's text below the test results. @returns where */
  async keepEvidence(name: string): Promise<string> {
    await mkdir(FAILURES, { recursive: true });
    const path = join(FAILURES, `${name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 120)}.png`);
    await this.page.screenshot({ path, timeout: 10_000 });
    return path;
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.browser.close();
  }

  private note(text: string): void {
    this.problems.push(text);
  }
}
