import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { obtainBrowser } from '../../lab/browser/packages.ts';
import { ACTION_LIMIT_MS, keepEvidence, PageComplaints, VIEWPORT } from './page-complaints.ts';

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
  readonly complaints: PageComplaints;

  private constructor(browser: Browser, context: BrowserContext, page: Page) {
    this.browser = browser;
    this.context = context;
    this.page = page;
    this.complaints = new PageComplaints(page);
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
    return new ConsoleBrowser(browser, context, page);
  }

  /** Does something that makes the page give out a file, and keeps it there. */
  async save(path: string, action: () => Promise<void>): Promise<void> {
    const coming = this.page.waitForEvent('download');
    await action();
    await (await coming).saveAs(path);
  }

  keepEvidence(name: string): Promise<string> {
    return keepEvidence(this.page, name);
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.browser.close();
  }
}
