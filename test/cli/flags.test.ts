import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/main/cli/commands.ts';
import { FLAGS, parseArguments } from '../../src/main/cli/flags.ts';
import { baton } from './test-io.ts';

describe('flags', () => {
  test.each([
    [['-r', 'x y'], { reason: 'x y' }, []],
    [['-rx'], { reason: 'x' }, []],
    [['-reason', 'x'], { reason: 'x' }, []],
    [['--reason', '-x'], { reason: '-x' }, []],
    [['--reason=a=b'], { reason: 'a=b' }, []],
    [['-reason=x'], { reason: 'x' }, []],
    [['--reason='], { reason: '' }, []],
    [['-d', 'a', '-s', 'b'], { destination: 'b' }, []],
    [['recover', '-i', 'db1', 'x'], { instance: 'db1' }, ['recover', 'x']],
    [['-c', 'recover', '--', '-i'], { command: 'recover' }, ['-i']],
    [['-h'], { help: 'true' }, []],
    [['--help', 'x'], { help: 'true' }, ['x']],
    [['-promotion-rule', 'prefer', '-U', 'http://a http://b'], { rule: 'prefer', api: 'http://a http://b' }, []],
    [['-'], {}, ['-']],
    [['--dry-run', '--force=true', '--strict=false'], { dryRun: 'true', force: 'true' }, []],
    [['--force', '--force=false', '-noop'], { dryRun: 'true' }, []],
    [['--cluster', 'main'], { alias: 'main' }, []],
  ])('%j', (argv, flags, positionals) => {
    const parsed = parseArguments(argv);
    expect(Object.fromEntries(parsed.flags)).toEqual(flags);
    expect(parsed.positionals).toEqual(positionals);
  });

  test.each([
    [['--nothing'], 'Unknown flag --nothing'],
    [['-z'], 'Unknown flag -z'],
    [['-hx'], 'Unknown flag -hx'],
    [['--r', 'x'], 'Unknown flag --r'],
    [['discover', '-i'], 'The flag -i needs a value'],
    [['--force=maybe'], 'The flag --force=maybe is true or false'],
  ])('%j is refused', (argv, message) => {
    expect(() => parseArguments(argv)).toThrow(message);
  });

  test.each([
    ...'c i d s a o r u R t l H D U P q b e n S'.split(' ').map((name) => `-${name}`),
    ...(
      'command alias owner reason duration promotion-rule tag pool hostname api path query auth headers-auth binlog ' +
      'seconds config pattern statement'
    )
      .split(' ')
      .flatMap((name) => [`-${name}`, `--${name}`]),
  ])('%s takes a value, as in the stock client and in the binary', (flag) => {
    expect([...parseArguments([flag, '-x y']).flags.values()]).toEqual(['-x y']);
  });

  test.each(
    (
      'discovery strict quiet verbose debug stack skip-binlog-search skip-unresolve skip-unresolve-check noop ' +
      'grab-election version skip-continuous-registration enable-database-update ignore-raft-setup'
    ).split(' '),
  )('-%s is a switch, as in the binary', (name) => {
    for (const argv of [[`-${name}`], [`--${name}`], [`-${name}=true`]]) {
      expect([...parseArguments([...argv, 'cli']).flags.values()]).toEqual(['true']);
      expect(parseArguments([...argv, 'cli']).positionals).toEqual(['cli']);
    }
  });

  test('no flag is spelt like another', () => {
    const names = Object.values(FLAGS).flatMap(({ short, long }) => [...short, ...long]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('a value comes through unchanged in every form', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        for (const argv of [['-r', value], ['--reason', value], [`--reason=${value}`], [`-reason=${value}`]]) {
          expect(parseArguments(argv).flags.get('reason')).toBe(value);
        }
      }),
    );
  });
});

describe('help', () => {
  test.each([[[]], [['help']], [['-c', 'help']], [['--help']], [['-h']]])('%j lists all commands', async (argv) => {
    const { code, out } = await baton({}, ...argv);
    expect(code).toBe(0);
    for (const { name, summary } of COMMANDS)
      expect(out).toMatch(new RegExp(`^  ${name} +${summary.replaceAll(/[|?.]/g, '\\$&')}$`, 'm'));
  });

  test('each command has its page, an example of its own and unique name', async () => {
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
    for (const command of COMMANDS) {
      const { code, out, error } = await baton({}, command.name, '--help');
      expect([command.name, code, error]).toEqual([command.name, 0, '']);
      expect(out).toContain(`Usage:   baton ${command.name}`);
      expect(command.example).toMatch(new RegExp(`^baton ${command.name}( |$)`));
      expect((await baton({}, 'help', command.name)).out).toBe(out);
    }
  });

  test('the page of a command', async () => {
    expect((await baton({}, 'relocate', '--help')).out).toBe(
      [
        'Move a replica below another server.',
        '',
        'Usage:   baton relocate -i HOST[:PORT] -d HOST[:PORT] [--skip-unresolve] [-o NAME] [--dry-run]',
        'Example: baton relocate -i db4:3306 -d db1:3306',
        '',
        'A word after the command is taken as -i HOST[:PORT].',
        '',
        'Flags',
        '  -i, --instance HOST[:PORT]         Server, or text for `search`',
        '  -d, -s, --destination HOST[:PORT]  Server to move below, or to promote',
        "  --skip-unresolve                   Use the source's own host name, although a virtual one is registered for it",
        '  -o, --owner NAME                   Who does it; your user name by default',
        '  --dry-run, --noop                  Print what would be done, and do nothing',
        '',
        'Flags of every command',
        '  -U, --api URL                  Engine to talk to, or several, separated by blanks',
        '  -b, --auth USER:PASSWORD       Credentials for the engine',
        '  -e, --headers-auth NAME:VALUE  Header that names the user to a proxy',
        '  -D, --default-port PORT        Port of instances named without one (3306)',
        '  -h, --help                     Help for a command',
        '',
        'Path: /api/relocate/HOST/PORT/HOST/PORT',
        '',
      ].join('\n'),
    );
  });
});

test.each([
  [['topolgy'], "baton: Unknown command topolgy; did you mean topology? 'baton help' lists the commands.\n"],
  [['start'], "baton: Unknown command start; did you mean serve? 'baton help' lists the commands.\n"],
  [['audit-recovery', '--page', '-1'], 'baton: "-1" is no page; it is a number from 0.\n'],
  [['-c', 'frobnicate'], "baton: Unknown command frobnicate; 'baton help' lists the commands.\n"],
  [
    ['-c', 'internal-suggest-promoted-replacement'],
    "baton: Baton has no internal-suggest-promoted-replacement. It was a test aid; 'baton readiness -a CLUSTER' tells who " +
      'would be promoted.\n',
  ],
  [
    ['topology', 'a', '-pattern', '2026-11'],
    "baton: Trees are of now, without --pattern; 'baton topology-history --at TIME' tells what was archived.\n",
  ],
  [
    ['-c', 'clusters', '-discovery=false'],
    'baton: -discovery=false is not possible: an engine reads the servers that it serves.\n',
  ],
  [['recover', 'a', '-skip-unresolve'], 'baton: recover takes no --skip-unresolve.\n'],
  [
    ['stop-replica', 'a', '-skip-unresolve'],
    "baton: stop-replica takes no --skip-unresolve; see 'baton stop-replica --help'.\n",
  ],
  [
    ['which-cluster-osc-slaves'],
    'baton: which-cluster-osc-replicas needs a cluster: -a ALIAS, or -i HOST[:PORT] of a member.\n',
  ],
  [['restart-slave'], "baton: restart-replica needs -i HOST[:PORT]; see 'baton restart-replica --help'.\n"],
  [
    ['graceful-master-takeover'],
    'baton: graceful-master-takeover needs a cluster: -a ALIAS, or -i HOST[:PORT] of a member.\n',
  ],
  [['move-up', '-i', 'a', '-d', 'b'], "baton: move-up takes no -d; see 'baton move-up --help'.\n"],
  [
    ['take-siblings', 'a', '--pattern', 'b'],
    "baton: take-siblings takes no --pattern; see 'baton take-siblings --help'.\n",
  ],
  [
    ['force-master-failover', 'a', '-d', 'b'],
    "baton: force-master-failover takes no -d; see 'baton force-master-failover --help'.\n",
  ],
  [
    ['force-master-takeover', 'a'],
    "baton: force-master-takeover needs -d HOST[:PORT]; see 'baton force-master-takeover --help'.\n",
  ],
  [['forget', 'a', '--dry-run'], 'baton: forget has no --dry-run, so nothing was done.\n'],
  [['delay-replication', 'a', '-S', '1h'], 'baton: "1h" is no number of seconds.\n'],
  [['kill-query', 'a', '--process', '-1'], 'baton: "-1" is no number of a session.\n'],
  [['discover'], "baton: discover needs -i HOST[:PORT]; see 'baton discover --help'.\n"],
  [['relocate', '-i', 'a'], "baton: relocate needs -d HOST[:PORT]; see 'baton relocate --help'.\n"],
  [['topology'], 'baton: topology needs a cluster: -a ALIAS, or -i HOST[:PORT] of a member.\n'],
  [['begin-downtime', 'a'], "baton: begin-downtime needs -r TEXT; see 'baton begin-downtime --help'.\n"],
  [
    ['register-candidate', 'a'],
    'baton: register-candidate needs -R prefer|neutral|prefer_not|must_not; ' +
      "see 'baton register-candidate --help'.\n",
  ],
  [['-c', 'find'], "baton: find needs --pattern TEXT; see 'baton find --help'.\n"],
  [['discover', 'a:b'], 'baton: "a:b" is no instance; write host:port, with a port from 1 to 65535.\n'],
  [['discover', 'a:1:2'], 'baton: "a:1:2" is no instance; write host:port, with a port from 1 to 65535.\n'],
  [['discover', 'a', '-D', 'x'], 'baton: "x" is no port; it is a number from 1 to 65535.\n'],
  [['discover', 'a', 'b'], 'baton: discover does not understand "b"; see \'baton discover --help\'.\n'],
  [['clusters', 'b'], 'baton: clusters does not understand "b"; see \'baton clusters --help\'.\n'],
  [['clusters', '-U', 'ftp://ann:secret@x'], 'baton: "ftp://x" is no address of an engine; write http://host:port.\n'],
])('%j says what is wrong', async (argv, error) => {
  expect(await baton({}, ...argv)).toEqual({ code: 1, out: '', error });
});

test('the word that has the binary serve does so here', async () => {
  const help = await baton({}, 'serve', '--help');
  expect(await baton({}, '-config', 'x.json', 'http', '-h')).toEqual(help);
  expect(await baton({}, '-discovery=true', 'http', '-h')).toEqual(help);
});

test('help for help is the page of all commands', async () => {
  expect(await baton({}, 'help', 'help')).toEqual(await baton({}, 'help'));
});

test('versions', async () => {
  for (const argv of [['version'], ['--version'], ['-version']]) {
    expect(await baton({}, ...argv)).toEqual({ code: 0, out: 'baton 0.1.0\n', error: '' });
  }
});
