import { afterAll, beforeAll, describe, test } from 'vitest';
import { access } from './access.ts';
import { ClientScene } from './client-scene.ts';
import { type Chapter, type Driver, runStep } from './step.ts';

/** Gives commands to a Baton over real servers, one after the other. */
export function story(driver: Driver, chapters: readonly Chapter[]): void {
  let scene: ClientScene;

  beforeAll(async () => {
    scene = await ClientScene.open();
  }, 300_000);

  afterAll(() => scene?.close(), 60_000);

  access(driver, () => scene);

  describe.each(chapters.map((chapter) => [chapter.title, chapter] as const))('%s', (_, { steps, looks = false }) => {
    test.each(steps.map((step) => [step.command, step] as const))('%s', (__, step) =>
      runStep(scene, driver, step, looks),
    );
  });
}
