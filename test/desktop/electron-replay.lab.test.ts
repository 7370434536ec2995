import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { electronLab, startConsole } from './support/console-app.ts';

const lab = await electronLab();

afterAll(() => lab?.stop());

function recording(scene: string): string {
  return fileURLToPath(new URL(`../replay/${scene}.json.gz`, import.meta.url));
}

describe.skipIf(lab === null)('a console whose engine is away', () => {
  test('shows a recovery file that it is started with, step by step', { timeout: 90_000 }, async () => {
    if (lab === null) return;
    const nobody = ['--engine', 'http://127.0.0.1:9'];
    const console = await startConsole(lab, { args: [...nobody, recording('dead-master-mysql97')] });
    try {
      const { page } = console;
      console.app.process().stderr?.on('data', (d) => process.stderr.write(String(d)));
      page.on('console', (m) => process.stderr.write(`PAGE ${m.text()}\n`));
      page.on('pageerror', (m) => process.stderr.write(`PAGEERR ${m.message}\n`));
      await page.waitForSelector('.rv', { timeout: 6_000 }).catch(async () => { process.stderr.write(`${page.url()} ${(await page.locator('body').innerText()).slice(0, 900)}`); await page.screenshot({ path: '/tmp/rec-shots/electron-fail.png' }); throw new Error('x'); });
      const where = page.locator('.rv-where b');
      expect(await where.innerText()).toBe('0 / 35');
      expect(await page.locator('.rv-head').innerText()).toContain('decides the same today');
      await page.keyboard.press('End');
      expect(await where.innerText()).toBe('35 / 35');
      await page.keyboard.press('ArrowLeft');
      expect(await where.innerText()).toBe('34 / 35');
      await page.getByRole('slider').press('Home');
      expect(await where.innerText()).toBe('0 / 35');
      await page.screenshot({ path: '/tmp/rec-shots/electron.png' });
    } finally {
      await console.forget();
    }
  });
});
