import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/main/cli/commands.ts';
import { completionModel } from '../../src/main/cli/completion-model.ts';
import { FLAGS } from '../../src/main/cli/flags.ts';
import { baton } from './test-io.ts';

const ENTRY = fileURLToPath(new URL('../../src/main/cli/baton.ts', import.meta.url));
const WORD_BREAKS = ' \t\n"\'><=;|&(:';

const run = promisify(execFile);

let folder = '';
let engine: Server;
let api = '';
const seen: string[] = [];

/** Names that a shell would run, if it took them for code. */
const TRAPS = ['$(touch trapped)', '`touch trapped`', 'two words', "it's"];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'baton-completion-'));
  mkdirSync(join(folder, 'data.d'));
  writeFileSync(join(folder, 'data.json'), '{}');
  writeFileSync(join(folder, 'baton'), `#!/bin/sh\nexec '${process.execPath}' '${ENTRY}' "$@"\n`, { mode: 0o755 });
  engine = createServer((request, response) => {
    seen.push(`${request.headers.authorization ?? ''} ${request.url}`);
    const clusters = ['main', 'mirror', 'other', ...TRAPS].map((alias) => ({
      ClusterAlias: alias,
      ClusterName: `${alias}-1:3306`,
    }));
    const instances = ['db1', 'db2', 'web'].map((Hostname) => ({ Key: { Hostname, Port: 3306 } }));
    response.end(JSON.stringify(request.url === '/api/all-instances' ? instances : clusters));
  });
  await new Promise<void>((settled) => engine.listen(0, '127.0.0.1', settled));
  api = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`;
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { out, code } = await baton({}, 'completion', shell);
    expect(code).toBe(0);
    writeFileSync(join(folder, `script.${shell}`), out);
  }
});

afterAll(async () => {
  await new Promise((settled) => engine.close(settled));
  rmSync(folder, { recursive: true });
});

function environment(): Record<string, string | undefined> {
  return { ...process.env, PATH: `${folder}:${process.env.PATH ?? ''}`, ORCHESTRATOR_API: api, BATON_API: undefined };
}

/** What bash offers for a line with the cursor at its end. */
async function inBash(line: string): Promise<readonly string[]> {
  const script = `
    source ./script.bash
    COMP_WORDBREAKS=$BREAKS COMP_LINE=$LINE COMP_POINT=\${#LINE} COMP_WORDS=(baton)
    _baton
    [[ \${#COMPREPLY[@]} == 0 ]] || printf "%s\\n" "\${COMPREPLY[@]}"`;
  return await offered('bash', ['--norc', '-c', script], { LINE: line, BREAKS: WORD_BREAKS });
}

/** What zsh would be given: its completion builtins work only while somebody types. */
async function inZsh(line: string): Promise<readonly string[]> {
  const script = `
    compdef() { : }
    compset() { PREFIX_CUT=1 }
    compadd() {
      if [[ $1 == -a ]]; then print -rl -- "\${(@P)2}"; else shift; print -rl -- "$@"; fi
    }
    _describe() { print -rl -- "\${(@)\${(@P)4}%%:*}" }
    _files() { print -r -- files "$@" }
    source ./script.zsh
    words=("\${(@s: :)LINE}"); CURRENT=$#words
    _baton`;
  return await offered('zsh', ['-f', '-c', script], { LINE: line });
}

async function inFish(line: string): Promise<readonly string[]> {
  const lines = await offered('fish', ['--no-config', '-c', 'source ./script.fish; complete -C "$LINE"'], {
    LINE: line,
  });
  return lines.map((each) => each.split('\t')[0] ?? '');
}

async function offered(
  shell: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<readonly string[]> {
  const { stdout, stderr } = await run(shell, args, { cwd: folder, env: { ...environment(), ...env } });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((each) => each !== '');
}

/** Lines, and some of what must and must not be offered. `bash` differs where it replaces only the end of a word. */
const CASES: readonly { line: string; has: readonly string[]; not?: readonly string[]; bash?: readonly string[] }[] = [
  { line: 'baton topo', has: ['topology', 'topology-tabulated'] },
  { line: 'baton ', has: ['relocate', 'config', 'help', 'completion'], not: ['config check'] },
  { line: 'baton config ', has: ['check', 'show', 'import'] },
  { line: 'baton config im', has: ['import'] },
  { line: 'baton -c topo', has: ['topology'] },
  { line: 'baton help relo', has: ['relocate', 'relocate-replicas'] },
  { line: 'baton topology --al', has: ['--alias'] },
  { line: 'baton config import x --s', has: ['--secrets'] },
  { line: 'baton topology -a m', has: ['main', 'mirror'] },
  { line: 'baton topology m', has: ['main', 'mirror'] },
  { line: 'baton -c topology -a m', has: ['main', 'mirror'] },
  { line: 'baton relocate -i db', has: ['db1:3306', 'db2:3306'] },
  { line: 'baton relocate -i db1:', has: ['db1:3306'], bash: ['3306'] },
  { line: 'baton register-candidate -i db1 -R prefer', has: ['prefer', 'prefer_not'] },
  { line: 'baton config import --secrets=f', has: ['--secrets=file'], bash: ['file'] },
  { line: 'baton completion z', has: ['zsh'] },
];

const SHELLS = [
  { shell: 'bash', complete: inBash, exact: true },
  { shell: 'zsh', complete: inZsh, exact: false },
  { shell: 'fish', complete: inFish, exact: true },
].map((each) => ({ ...each, there: spawnSync(each.shell, ['--version']).status === 0 }));

describe.each(SHELLS)('the completion script in $shell', ({ shell, complete, exact, there }) => {
  it.skipIf(!there).each(CASES)('$line', async ({ line, has, not = [], bash }) => {
    const offers = await complete(line);
    const wanted =
      shell === 'bash' ? (bash ?? has) : shell === 'zsh' ? has.map((each) => each.replace(/^--.*=/, '')) : has;
    expect(offers).toEqual(expect.arrayContaining([...wanted]));
    for (const each of not) expect(offers).not.toContain(each);
    const typed = line.split(' ').at(-1) ?? '';
    // zsh itself keeps what begins as the word does.
    if (exact && typed !== '' && bash === undefined)
      expect(offers.filter((each) => !each.startsWith(typed))).toEqual([]);
  });

  it.skipIf(!there)('takes names from the engine as text and not as code', async () => {
    const offers = await complete('baton topology -a ');
    expect(offers.length).toBeGreaterThanOrEqual(2 * (3 + TRAPS.length));
    expect(existsSync(join(folder, 'trapped'))).toBe(false);
    // Bash puts it into the command line as it is; the other two quote it themselves.
    if (shell === 'bash') expect(offers).toContain('\\$\\(touch\\ trapped\\)');
  });

  it.skipIf(!there)('asks the engine that the line names, with its credentials', async () => {
    seen.length = 0;
    const offers = await complete(`baton relocate --api ${api} --auth ann:pw -i we`);
    expect(offers).toContain('web:3306');
    expect(seen).toEqual([`Basic ${Buffer.from('ann:pw').toString('base64')} /api/all-instances`]);
  });
});

describe('files in bash', () => {
  it('are offered for flags that take one', async () => {
    expect([...(await inBash('baton serve --config da'))].sort()).toEqual(['data.d', 'data.json']);
    expect(await inBash('baton serve --data-dir da')).toEqual(['data.d']);
  });
});

describe('names for completion', () => {
  it('come sorted, each once, and both names of a cluster', async () => {
    const env = { ORCHESTRATOR_API: `http://127.0.0.1:1 ${api}` };
    expect((await baton(env, 'completion', 'instances')).out).toBe('db1:3306\ndb2:3306\nweb:3306\n');
    expect((await baton(env, 'completion', 'clusters')).out.split('\n')).toContain('main-1:3306');
  });

  it('are none, without a word, when no engine answers in a second', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((settled) => silent.listen(0, '127.0.0.1', settled));
    const { port } = silent.address() as AddressInfo;
    const begun = performance.now();
    const result = await baton({ ORCHESTRATOR_API: `http://127.0.0.1:${port}` }, 'completion', 'clusters');
    expect(result).toEqual({ code: 0, out: '', error: '' });
    expect(performance.now() - begun).toBeLessThan(5000);
    silent.closeAllConnections();
    await new Promise((settled) => silent.close(settled));
  });

  it('leave out what a terminal would act on', async () => {
    const odd = createServer((_, response) =>
      response.end(JSON.stringify([{ ClusterAlias: 'a\u001b[2J', ClusterName: 'b\nc' }])),
    );
    await new Promise<void>((settled) => odd.listen(0, '127.0.0.1', settled));
    const { port } = odd.address() as AddressInfo;
    expect((await baton({ ORCHESTRATOR_API: `http://127.0.0.1:${port}` }, 'completion', 'clusters')).out).toBe('');
    await new Promise((settled) => odd.close(settled));
  });
});

describe('the model', () => {
  const model = completionModel(COMMANDS);

  it('knows every command and every flag', () => {
    expect(model.commands.map(({ name }) => name)).toEqual([...COMMANDS.map(({ name }) => name), 'help']);
    expect(model.flags).toHaveLength(Object.keys(FLAGS).length);
  });

  it('says how to install it when no shell is named', async () => {
    const { code, error } = await baton({}, 'completion');
    expect(code).toBe(1);
    expect(error).toContain('~/.bashrc');
  });
});
