interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const MAIN_THREAD = 'CrRendererMain';
const TASK = 'ThreadControllerImpl::RunTask';

/** Of a page's main thread. */
export interface MainThread {
  /** The longest task by the clock, ms. */
  readonly longestWallMs: number;
  /** The longest task by processor time, ms. */
  readonly longestCpuMs: number;
  /** Processor time of all tasks, ms. */
  readonly cpuMs: number;
}

/** What the main thread of the busiest page did, of a trace of Chromium's category `toplevel`. */
export function mainThreadOf(trace: Buffer): MainThread {
  const { traceEvents } = JSON.parse(trace.toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const threads = new Map<string, TraceEvent[]>();
  for (const { ph, name, pid, tid, args } of traceEvents) {
    if (ph === 'M' && name === 'thread_name' && args?.name === MAIN_THREAD) threads.set(`${pid} ${tid}`, []);
  }
  for (const event of traceEvents) {
    if (event.ph === 'X' && event.name === TASK) threads.get(`${event.pid} ${event.tid}`)?.push(event);
  }
  const cpuOf = (events: readonly TraceEvent[]): number => events.reduce((sum, { tdur = 0 }) => sum + tdur, 0);
  const busiest = [...threads.values()].sort((a, b) => cpuOf(b) - cpuOf(a))[0] ?? [];
  return {
    longestWallMs: busiest.reduce((longest, { dur = 0 }) => Math.max(longest, dur), 0) / 1000,
    longestCpuMs: busiest.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur), 0) / 1000,
    cpuMs: cpuOf(busiest) / 1000,
  };
}
