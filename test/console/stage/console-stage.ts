import { afterEach, beforeEach, expect } from 'vitest';
import { ensurePage } from '../../../scripts/page.ts';
import { Scene } from '../../e2e/failover-scene.ts';
import type { TopologyOptions } from '../../lab/index.ts';
import { ConsoleBrowser } from './console-browser.ts';
import { ConsoleDesktop } from './console-desktop.ts';
import { ConsolePage } from './console-page.ts';

/** Where the console runs: in a browser that an engine serves, or in the desktop program that is attached to it. */
export type ConsoleKind = 'browser' | 'electron';

/** Real servers, a Baton as its own process, and the console of it. */
export class ConsoleStage {
  readonly scene: Scene;
  readonly front: ConsoleBrowser | ConsoleDesktop;
  readonly console: ConsolePage;

  private constructor(scene: Scene, front: ConsoleBrowser | ConsoleDesktop) {
    this.scene = scene;
    this.front = front;
    this.console = new ConsolePage(front.page);
  }

  static async open(
    kind: ConsoleKind,
    topology: TopologyOptions,
    settings: Parameters<typeof Scene.open>[1] = {},
  ): Promise<ConsoleStage> {
    await ensurePage();
    const scene = await Scene.open(topology, settings);
    try {
      const { url } = scene.baton;
      return new ConsoleStage(scene, await (kind === 'browser' ? ConsoleBrowser.start() : ConsoleDesktop.start(url)));
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
      await this.front.close();
    } finally {
      await this.scene.close();
    }
  }
}

/** For every test of a file: a picture of what failed, and a failure for whatever the page complained about. */
export function watchPage(frontOf: () => ConsoleBrowser | ConsoleDesktop): void {
  beforeEach(({ onTestFailed, task }) => {
    onTestFailed(async () => {
      const path = await frontOf()
        .keepEvidence(task.name)
        .catch((error: Error) => `nowhere: ${error.message}`);
      process.stderr.write(`The page when "${task.name}" failed: ${path}\n`);
    });
  });
  afterEach(() => {
    expect(frontOf().complaints.take(), 'what the page complained about').toEqual([]);
  });
}
