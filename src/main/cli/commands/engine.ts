import { accessToken, rawApi, replay, serve, version, whichApi } from '../active-commands.ts';
import type { Command } from '../command.ts';
import { MESSAGE } from '../formats.ts';
import { encode } from '../input.ts';

/** The engine itself and the way to it. */
export const ENGINE_COMMANDS: readonly Command[] = [
  {
    name: 'serve',
    group: 'Engine',
    summary: 'Run an engine in this terminal',
    flags: [],
    optional: ['config', 'listen', 'dataDir'],
    word: 'config',
    example: 'baton serve --config /etc/baton.conf.json',
    run: serve,
  },
  {
    name: 'reload-configuration',
    group: 'Engine',
    summary: 'Have an engine read its configuration files again, and say what needs a restart',
    flags: [],
    optional: ['config'],
    word: 'config',
    example: 'baton reload-configuration',
    path: (input) => {
      const file = input.optional('config');
      return file === '' ? 'reload-configuration' : `reload-configuration?config=${encode(file)}`;
    },
    format: MESSAGE,
  },
  {
    name: 'replay',
    group: 'Engine',
    summary: 'Run a recorded recovery again, without servers, and say where it would decide otherwise',
    flags: ['file'],
    optional: ['config', 'rule', 'json'],
    word: 'file',
    example: 'baton replay recovery.json.gz --config other.conf.json',
    run: replay,
  },
  {
    name: 'access-token',
    group: 'Engine',
    summary: 'Print a token that lets a browser change things, for an engine of this machine',
    flags: [],
    optional: ['owner', 'config', 'dataDir'],
    example: 'baton access-token --config /etc/baton.conf.json',
    run: accessToken,
  },
  {
    name: 'which-api',
    group: 'Engine',
    summary: 'Print the endpoint that commands use',
    flags: [],
    example: 'baton which-api',
    run: whichApi,
  },
  {
    name: 'api',
    group: 'Engine',
    summary: 'Ask for any path of the API and print the answer as it is',
    flags: ['path'],
    word: 'path',
    example: 'baton api -P clusters-info',
    run: rawApi,
  },
  {
    name: 'version',
    group: 'Engine',
    summary: 'Print the version of this command',
    flags: [],
    example: 'baton version',
    run: version,
  },
];
