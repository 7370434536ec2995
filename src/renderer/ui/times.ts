/** Texts for times, as the language of the page has them. All times are milliseconds since the epoch. */

/** `2026-11-21 14:03:07`, in the time zone of this machine. */
export function timeText(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `14:03:07.123`. */
export function clockText(atMs: number): string {
  const at = new Date(atMs);
  return `${timeText(atMs).slice(11)}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** `850 ms`, `4.2 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`: the two greatest units. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return both(minutes, 'min', seconds % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return both(hours, 'h', minutes % 60, 'min');
  return both(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function both(greater: number, greaterUnit: string, less: number, lessUnit: string): string {
  return less === 0 ? `${greater} ${greaterUnit}` : `${greater} ${greaterUnit} ${less} ${lessUnit}`;
}

/** Seconds of lag as short as can be: `0s`, `12s`, `3m`, `2.5h`, `4d`. */
export function lagText(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)}s`;
  if (seconds < 6000) return `${Math.round(seconds / 60)}m`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)}h`;
  return `${Math.round(seconds / 86_400)}d`;
}
