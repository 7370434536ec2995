import { expect, test } from 'vitest';
import { statusOf } from '../../src/renderer/status.ts';
import { type ConsoleState, type EngineLink, initialConsoleState } from '../../src/shared/contract/console.ts';

const URL_TEXT = 'http://127.0.0.1:3000';

function state(link: EngineLink, clusters = 0): ConsoleState {
  const frames = Array.from({ length: clusters }, (_, index) => {
    return { atMs: 1, clusterName: `c${index}`, clusterAlias: '', text: 'x' };
  });
  return {
    ...initialConsoleState(URL_TEXT),
    link,
    clusters: new Map(frames.map((frame) => [frame.clusterName, frame])),
  };
}

test.each<[EngineLink, number, string, RegExp]>([
  [{ state: 'connecting' }, 0, 'calm', /^Connecting to the engine at http:\/\/127/],
  [{ state: 'connected' }, 0, 'calm', /knows no servers yet.*baton -c discover -i HOST:PORT/],
  [{ state: 'connected' }, 1, 'calm', /one cluster$/],
  [{ state: 'connected' }, 3, 'calm', /3 clusters$/],
  [{ state: 'lost', reason: 'is gone: x', heardMs: null }, 0, 'trouble', /is gone: x\. Trying again\. Start an engine/],
  [
    { state: 'lost', reason: 'is gone: x', heardMs: 0 },
    2,
    'trouble',
    /is gone: x\. Trying again\. What you see was true at/,
  ],
])('%j with %i clusters', (link, clusters, tone, text) => {
  const status = statusOf(state(link, clusters));
  expect(status.tone).toBe(tone);
  expect(status.text).toMatch(text);
});
