import { afterEach, beforeEach, expect } from 'vitest';
import { ensurePage } from '../../../scripts/page.ts';
import { Scene } from '../../e2e/failover-scene.ts';
import type { TopologyOptions } from '../../lab/index.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { ConsolePage } from './console-page.ts';

/** Real servers, a Baton as its own process, and the console that it serves in a browser. */
export class ConsoleStage {
  readonly scene: Scene;
  readonly browser: ConsoleBrowser;
  readonly console: ConsolePage;

  private constructor(scene: Scene, browser: ConsoleBrowser) {
    this.scene = scene;
    this.browser = browser;
    this.console = new ConsolePage(browser.page);
  }

  static async open(topology: TopologyOptions, settings: Parameters<typeof Scene.open>[1] = {}): Promise<ConsoleStage> {
    await ensurePage();
    const scene = await Scene.open(topology, settings);
    try {
      return new ConsoleStage(scene, await ConsoleBrowser.start());
    } catch (error) {
      await scene.close();
      throw error;
    }
  }

  get lab(): Scene['lab'] {
    return this.scene.lab;
  }

  get url(): string {
    return this.scene.baton.url;
  }

  async close(): Promise<void> {
    try {
      await this.browser.close();
    } finally {
      await this.scene.close();
    }
  }
}

/** For every test of a file: a picture of what failed, and a failure for whatever the page complained about. */
export function watchPage(browserOf: () => ConsoleBrowser): void {
  beforeEach(({ onTestFailed, task }) => {
    onTestFailed(async () => {
      const path = await browserOf()
        .keepEvidence(task.name)
        .catch((error: Error) => `nowhere: ${error.message}`);
      process.stderr.write(`The page when "${task.name}" failed: ${path}\n`);
    });
  });
  afterEach(() => {
    expect(browserOf().takeProblems(), 'what the page complained about').toEqual([]);
  });
}
