import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { RESULTS_FOLDER } from '../../../scripts/test-results.ts';

export const VIEWPORT = { width: 1280, height: 800 };
/** For anything on a page that is there or follows at once; a busy machine is slow. */
export const ACTION_LIMIT_MS = 15_000;

const FAILURES = join(import.meta.dirname, '..', '..', '..', RESULTS_FOLDER, 'console');

/** What a page complains about in its console, throws, or breaks of its security policy. */
export class PageComplaints {
  private problems: string[] = [];
  private expected: RegExp[] = [];

  constructor(page: Page) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.problems.push(message.text());
    });
    page.on('pageerror', (error) => this.problems.push(`Uncaught: ${error.stack ?? error.message}`));
    page.on('crash', () => this.problems.push('The page crashed.'));
  }

  /** From here to the end of the test these are no fault of the page's, such as those about an engine that is gone. */
  expect(...patterns: readonly RegExp[]): void {
    this.expected.push(...patterns);
  }

  /** What the page complained about since the last call. */
  take(): readonly string[] {
    const found = this.problems.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
    this.problems = [];
    this.expected = [];
    return found;
  }
}

/** Leaves a picture of the page below the test results. @returns where */
export async function keepEvidence(page: Page, name: string): Promise<string> {
  await mkdir(FAILURES, { recursive: true });
  const path = join(FAILURES, `${name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 120)}.png`);
  await page.screenshot({ path, timeout: 10_000 });
  return path;
}
