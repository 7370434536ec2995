import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { given, STOCK_CHAPTERS } from './client/chapters.ts';
import { stockClient, stockClientPath } from './client/drivers.ts';
import { story } from './client/story.ts';

const script = stockClientPath();

/** Only Percona's edition of the script has these; the other story gives them. */
const PERCONAS: ReadonlySet<string> = new Set(['change-master-credentials']);

const HOW_TO_GIVE_IT =
  'Put orchestrator-client on the PATH, or its path into BATON_STOCK_CLIENT; it needs bash, curl and jq. ' +
  "baton-client.lab.test.ts tells the same story by Baton's own command line.";

// The script belongs to somebody else, so it isn't in the repository.
if (script === null) process.stderr.write(`The stock client is not driven. ${HOW_TO_GIVE_IT}\n`);

describe.skipIf(script === null)('the stock client', () => {
  test('every command that the script knows is given', () => {
    const labels = readFileSync(script ?? '', 'utf8').matchAll(/^\s*("[a-z][a-z-]+"(?:\|"[a-z-]+")*)\)/gm);
    const known = [...labels].flatMap(([, names = '']) => names.replaceAll('"', '').split('|'));
    expect(known.length).toBeGreaterThan(100);
    const driven = given(STOCK_CHAPTERS);
    expect(known.filter((name) => !driven.has(name) && !PERCONAS.has(name))).toEqual([]);
  });

  story(stockClient(script ?? ''), STOCK_CHAPTERS);
});
