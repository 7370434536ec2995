/** Ten times a second at most: what is drawn more often is not read more often. */
const BATCH_MS = 100;
/** What the engine tells in one go comes within this, and is to be drawn in one go. */
const BURST_MS = 10;

/**
 * How long what the stream tells is gathered before the page gets it, ms. The first message after a pause hardly waits,
 * so that a change is seen at once; those of a steady flow wait their turn.
 * @param sinceLastMs since the page was last given something, ms
 */
export function batchDelayMs(sinceLastMs: number): number {
  return Math.max(BURST_MS, BATCH_MS - sinceLastMs);
}
