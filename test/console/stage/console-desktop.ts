import { existsSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { type ConsoleApp, type ElectronLab, electronLab, startConsole } from '../../desktop/support/console-app.ts';
import { eventually } from '../../e2e/failover-scene.ts';
import { ACTION_LIMIT_MS, keepEvidence, PageComplaints, VIEWPORT } from './page-complaints.ts';

let lab: ElectronLab | null | undefined;

/** What every start in this process shares; null, with the reason printed, where there is no Electron to be had. */
export async function desktopLab(): Promise<ElectronLab | null> {
  if (lab === undefined) lab = await electronLab();
  return lab;
}

/** The desktop program in a real Electron, attached to an engine; its page is the console's. */
export class ConsoleDesktop {
  readonly page: Page;
  readonly complaints: PageComplaints;
  private readonly app: ConsoleApp;

  private constructor(app: ConsoleApp) {
    this.app = app;
    this.page = app.page;
    this.page.setDefaultTimeout(ACTION_LIMIT_MS);
    this.complaints = new PageComplaints(app.page);
  }

  static async start(engine: string): Promise<ConsoleDesktop> {
    const shared = await desktopLab();
    if (shared === null) throw new Error('There is no Electron on this machine.');
    const app = await startConsole(shared, { args: ['--force-prefers-reduced-motion', '--engine', engine] });
    await app.page.setViewportSize(VIEWPORT);
    return new ConsoleDesktop(app);
  }

  /** Does something that makes the program ask where to save a file, and answers so. */
  async save(path: string, action: () => Promise<void>): Promise<void> {
    await this.app.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, path);
    await action();
    await eventually('the file to be saved', () => Promise.resolve(existsSync(path)));
  }

  keepEvidence(name: string): Promise<string> {
    return keepEvidence(this.page, `electron ${name}`);
  }

  async close(): Promise<void> {
    await this.app.forget();
  }
}
