import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { electronLab, startConsole } from './support/console-app.ts';

const lab = await electronLab();

afterAll(() => lab?.stop());

function recording(scene: string): string {
  return fileURLToPath(new URL(`../replay/${scene}.json.gz`, import.meta.url));
}

describe.skipIf(lab === null)('a console whose engine is away', () => {
  test('shows a recovery file step by step', { timeout: 90_000 }, async () => {
    if (lab === null) return;
    const console = await startConsole(lab, { args: ['--engine', 'http://127.0.0.1:9'] });
    try {
      const { page } = console;
      await page.getByRole('link', { name: 'Recovery file' }).click();
      await page.setInputFiles('input[type=file]', recording('dead-master-mysql97'));
      await page.waitForSelector('.rv', { timeout: 15_000 });
      const where = page.locator('.rv-where b');
      expect(await where.textContent()).toBe('0 / 35');
      expect(await page.locator('.rv-head').textContent()).toContain('decides the same today');
      await page.keyboard.press('End');
      expect(await where.textContent()).toBe('35 / 35');
      await page.keyboard.press('ArrowLeft');
      expect(await where.textContent()).toBe('34 / 35');
      await page.getByRole('slider').press('Home');
      expect(await where.textContent()).toBe('0 / 35');
    } finally {
      await console.forget();
    }
  });

  test('opens the file that it was started with, in its only window', { timeout: 90_000 }, async () => {
    if (lab === null) return;
    const console = await startConsole(lab, {
      args: ['--engine', 'http://127.0.0.1:9', recording('dead-master-mysql97')],
    });
    try {
      await console.page.waitForSelector('.rv', { timeout: 15_000 });
      expect(await console.page.locator('.rv-where b').textContent()).toBe('0 / 35');
      expect(console.app.windows()).toHaveLength(1);
    } finally {
      await console.forget();
    }
  });
});
