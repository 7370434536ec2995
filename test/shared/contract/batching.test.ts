import { expect, test } from 'vitest';
import { batchDelayMs } from '../../../src/shared/contract/console/batching.ts';

test.each([
  ['the first message of all', Number.POSITIVE_INFINITY, 10],
  ['the first one after a pause', 5000, 10],
  ['one that comes as often as the page is given something', 100, 10],
  ['one right after a batch', 0, 100],
  ['one a little later', 60, 40],
])('%s waits so long', (_, sinceLastMs, delayMs) => {
  expect(batchDelayMs(sinceLastMs)).toBe(delayMs);
});
