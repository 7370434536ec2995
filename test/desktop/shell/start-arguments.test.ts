import { expect, test } from 'vitest';
import { startArguments } from '../../../src/main/desktop/shell/start-arguments.ts';

const NONE = { engine: '', config: '', links: [], files: [] };

test.each([
  ['nothing', [], {}],
  ['the engine', ['--engine', 'http://db-ops:4000'], { engine: 'http://db-ops:4000' }],
  ['the engine with an equals sign', ['--engine=db-ops:4000'], { engine: 'db-ops:4000' }],
  ['a quorum', ['--engine', 'http://a:1 http://b:2'], { engine: 'http://a:1 http://b:2' }],
  [
    'flags of Chromium around it',
    ['--no-sandbox', '--engine', 'a:1', '--disable-gpu', '--inspect=0'],
    { engine: 'a:1' },
  ],
  ['a configuration', ['--config', '/etc/baton.conf.json'], { config: '/etc/baton.conf.json' }],
  [
    'a link, as a second start is given',
    ['--allow-file-access-from-files', 'baton://cluster/a'],
    { links: ['baton://cluster/a'] },
  ],
  ['a recovery file', ['/tmp/x.json.gz', '/tmp/notes.txt'], { files: ['/tmp/x.json.gz'] }],
])('reads %s', (_name, args, expected) => {
  expect(startArguments(args)).toEqual({ ...NONE, ...expected });
});

test.each([[['--engine']], [['--engine=']], [['--config']]])('refuses %j', (args) => {
  expect(() => startArguments(args)).toThrow(/needs/);
});
