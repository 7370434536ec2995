import type { ConsoleState } from '../shared/contract/console.ts';

/** What the status line says, and in which tone. */
export interface Status {
  readonly text: string;
  readonly tone: 'calm' | 'trouble';
}

export function statusOf({ engineUrl, link, clusters }: ConsoleState): Status {
  switch (link.state) {
    case 'connecting':
      return { text: `Connecting to the engine at ${engineUrl} …`, tone: 'calm' };
    case 'connected':
      return { text: connectedText(engineUrl, clusters.size), tone: 'calm' };
    case 'lost':
      return { text: lostText(engineUrl, link.reason, link.heardMs), tone: 'trouble' };
  }
}

function connectedText(engineUrl: string, clusters: number): string {
  if (clusters === 0) {
    return `Attached to ${engineUrl}. It knows no servers yet; name one with: baton -c discover -i HOST:PORT`;
  }
  return `Attached to ${engineUrl} — ${clusters === 1 ? 'one cluster' : `${clusters} clusters`}`;
}

function lostText(engineUrl: string, reason: string, heardMs: number | null): string {
  const failure = `The engine at ${engineUrl} ${reason}. Trying again.`;
  if (heardMs !== null) return `${failure} What you see was true at ${new Date(heardMs).toLocaleTimeString()}.`;
  return `${failure} Start an engine with "baton serve", or start this console with --engine URL.`;
}
