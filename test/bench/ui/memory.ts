import { readFile } from 'node:fs/promises';
import type { CDPSession } from 'playwright-core';
import type { OpenPage } from './browser.ts';

export interface Memory {
  /** What scripts hold once what nobody needs is collected. */
  readonly heapBytes: number;
  /** What the page's process has of the machine's memory; null where the system doesn't tell. */
  readonly residentBytes: number | null;
  readonly domNodes: number;
}

export async function memoryOf({ page, session }: OpenPage): Promise<Memory> {
  for (let round = 0; round < 2; round += 1) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  const browser = page.context().browser();
  const system = browser === null ? null : await browser.newBrowserCDPSession();
  const residentBytes = system === null ? null : await resident(system);
  await system?.detach();
  return { heapBytes: usedSize, residentBytes, domNodes: nodes };
}

/** Of the greatest process that shows pages: that of the one that is measured. */
async function resident(system: CDPSession): Promise<number | null> {
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  const sizes = await Promise.all(
    processInfo.filter(({ type }) => type === 'renderer').map(async ({ id }) => await residentOf(id)),
  );
  const known = sizes.filter((size) => size !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Linux: proc_pid_status(5). */
async function residentOf(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}
