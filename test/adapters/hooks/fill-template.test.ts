// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what looks like a template here is text for the shell.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillTemplate } from '../../../src/main/adapters/hooks/fill-template.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-fill-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What bash prints when it runs the filled text in an empty folder of its own. */
function runFilled(template: string, values: Record<string, string>): { stdout: string; stderr: string } {
  const filled = fillTemplate(template, values);
  if (!filled.ok) throw new Error(filled.error);
  const file = join(folder, 'script');
  writeFileSync(file, filled.script);
  const { stdout, stderr } = spawnSync('bash', [file], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...filled.environment },
    encoding: 'utf8',
  });
  return { stdout, stderr };
}

const NASTY = [
  'x; rm -rf /',
  '$(touch pwned)',
  '`touch pwned`',
  "it's",
  '"quoted"',
  'back\\slash',
  'two\nlines',
  "'; touch pwned; '",
  '"; touch pwned; "',
  "\\'; touch pwned #",
  "'\n touch pwned\n'",
  '\nEOF\ntouch pwned\n',
  '$HOME ${HOME} $((1+1))',
  '* ? [a-z] {a,b} ~ !! #',
  'a & touch pwned &',
  '<(touch pwned) > pwned',
  ' leading and trailing ',
  '\ttab\r\n',
  'Grüße 数据库 🐬',
  '-n',
  '\\',
  '$',
  '{failedPort}',
];

/** `@` stands for the placeholder; each line prints its value with `p`, which ends it with a NUL. */
const PRELUDE = 'p() { printf \'%s\\0\' "$1"; }; pe() { p "${1%.}"; }';
const PLACES = [
  'p @',
  'p "@"',
  "p '@'",
  "p $'@'",
  'pe "$(printf %s. @)"',
  'pe "$(printf %s. "@")"',
  'pe "$(printf %s. \'@\')"',
  'pe "`printf %s. @`"',
  'pe "`printf %s. \'@\'`"',
  'value=@; p "$value"',
  'value="@" && p "$value"',
  'p "${unset:-@}"',
  'p ${unset:-@}',
  '(p @)',
  "{ p @; } # don't stumble over @",
  'IFS= read -r -d "" value <<EOF\n@.\nEOF\npe "${value%?}"',
  "cat <<-'END OF' >/dev/null; p '@'\n\tcan't do\n\tEND OF",
  'IFS= read -r -d "" value <<< @; p "${value%?}"',
  'for value in @; do p "$value"; done',
  'case x in x) p @;; esac',
  'f() { p "$1"; }; f @',
  'if [[ @ == "@" ]]; then p @; fi',
  ': "it\'s" \'say "@\'; p @',
  'p \\\n  @',
];

describe('values in every place of a shell text', () => {
  it.each(PLACES)('%s', (place) => {
    const values = Object.fromEntries(NASTY.map((value, index) => [`value${index}`, value]));
    const template = [PRELUDE, ...NASTY.map((_, index) => place.replaceAll('@', `{value${index}}`))].join('\n');
    const { stdout, stderr } = runFilled(template, values);
    expect(stderr).toBe('');
    expect(stdout.split('\0').slice(0, -1)).toEqual(NASTY);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it('holds for any text in any of the places', { timeout: 60_000 }, () => {
    const character = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...'\'"\\$`(){}[]<>|&;#!*?~=\n\t -ab1') },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
    );
    const value = fc
      .array(character, { minLength: 1, maxLength: 12 })
      .map((characters) => characters.join('').replaceAll('\0', ''))
      .filter((text) => text !== '');
    const cases = fc.array(fc.tuple(fc.constantFrom(...PLACES), value), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(cases, (batch) => {
        const values = Object.fromEntries(batch.map(([, text], index) => [`value${index}`, text]));
        const lines = batch.map(([place], index) => place.replaceAll('@', `{value${index}}`));
        const template = [PRELUDE, ...lines].join('\n');
        const { stdout, stderr } = runFilled(template, values);
        expect(stderr).toBe('');
        expect(stdout.split('\0').slice(0, -1)).toEqual(batch.map(([, text]) => text));
      }),
      { numRuns: 100 },
    );
  });

  it('executes nothing even where the quoting of the text is a riddle', { timeout: 60_000 }, () => {
    const piece = fc.constantFrom(
      ...[
        "'",
        '"',
        '`',
        '\\',
        '$',
        '$(',
        '${',
        '((',
        '))',
        '$((',
        ')',
        '}',
        '[[ ',
        ' ]]',
        '#',
        '\n',
        ' ',
        ';',
        '&',
        '|',
      ],
      ...[
        '<<EOF\n',
        "<<'EOF'\n",
        'EOF\n',
        '<<<',
        'echo ',
        'case x in x) ',
        'esac ',
        'a[',
        ']',
        ':-',
        '{value}',
        '{value}',
      ],
    );
    const attack = fc.constantFrom(
      ...[
        '$(touch pwned)',
        '`touch pwned`',
        '; touch pwned;',
        "'; touch pwned; '",
        '"; touch pwned; "',
        '\ntouch pwned\n',
      ],
      ...[
        "\\'; touch pwned; '",
        '\nEOF\ntouch pwned\n',
        'a[$(touch pwned)]',
        ") ; touch pwned; '",
        '}; touch pwned; "',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), attack, (pieces, value) => {
        const filled = fillTemplate(pieces.join(''), { value });
        if (!filled.ok) return;
        const file = join(folder, 'script');
        writeFileSync(file, filled.script);
        const env = { PATH: process.env.PATH ?? '', ...filled.environment };
        spawnSync('bash', [file], { cwd: folder, env, stdio: 'ignore', timeout: 5_000 });
        expect(existsSync(join(folder, 'pwned')), filled.script).toBe(false);
      }),
      { numRuns: 150 },
    );
  });
});

describe('values that a shell takes as they are', () => {
  it.each([
    ['vip {failedHost} {failedPort} {hosts}', 'vip db1.example 3306 a:1,b:2'],
    ['echo "failed {failedHost}" >> log', 'echo "failed db1.example" >> log'],
    ["curl -d 'host={failedHost}' url/{failedPort}", "curl -d 'host=db1.example' url/3306"],
    ['notify {empty} {failedHost}', 'notify  db1.example'],
    ['notify --type={empty} {failedHost}', "notify --type='' db1.example"],
    ['notify "{empty}"', 'notify ""'],
    ['to {successorHost}, {nobody}, {failedHost', 'to {successorHost}, {nobody}, {failedHost'],
    ['awk "{print}" {failedHost}', 'awk "{print}" db1.example'],
    ["echo '${failedHost}' {failedHost}", "echo '$db1.example' db1.example"],
    ['[ {failedPort} -eq 3306 ] && (( {failedPort} > 1 ))', '[ 3306 -eq 3306 ] && (( 3306 > 1 ))'],
    ['[[ {failedPort} -gt 1 ]]', '[[ 3306 -gt 1 ]]'],
    ["mysql <<'EOF'\nselect {failedPort}\nEOF", "mysql <<'EOF'\nselect 3306\nEOF"],
  ])('%s', (template, expected) => {
    const values = { failedHost: 'db1.example', failedPort: '3306', hosts: 'a:1,b:2', empty: '' };
    expect(fillTemplate(template, values)).toEqual({ ok: true, script: expected, environment: {} });
  });

  it.each([
    ["the shell's own variable", '${failedHost} "${failedHost}"'],
    ['a placeholder behind a backslash', 'echo \\{failedHost}'],
    ['a comment', 'true # {failedHost}'],
  ])('leaves %s alone', (_, template) => {
    expect(fillTemplate(template, { failedHost: 'db1; reboot' })).toMatchObject({ ok: true, script: template });
  });

  it.each([
    ['a number in front of a redirection', 'echo {value}>&1', '3306', '3306\n'],
    ['text behind a variable', 'name=x; echo "$name{value}" $name{value}', 'y', 'xy xy\n'],
    ['text behind a backslash in quotes', 'echo "\\{value}"', '', '\\\n'],
    ['text behind a backslash in ANSI quotes', "echo $'\\{value}'", 'next', '\\next\n'],
    ['an empty value that would uncover a comment', 'echo {value}# seen', '', '# seen\n'],
    ['a word that the shell knows', '{value} 2>/dev/null || echo no such command', 'time', 'no such command\n'],
    ['a line that is the delimiter', 'cat <<EOF\n{value}\nmore\nEOF', 'EOF', 'EOF\nmore\n'],
  ])('keeps %s apart', (_, template, value, expected) => {
    expect(runFilled(template, { value }).stdout).toBe(expected);
  });
});

describe('places where no quoting helps', () => {
  const subscript = 'a[$(touch pwned)]';
  it.each([
    ['(( {value} > 1 ))', subscript],
    ['echo $(( {value} + 1 ))', subscript],
    ['echo $(( "{value}" + 1 ))', subscript],
    ['echo $[ {value} + 1 ]', subscript],
    ['[[ {value} -gt 1 ]]', subscript],
    ['[[ "{value}" -gt 1 ]]', subscript],
    ['[[ {value} -gt 1 ]]', 'ORC_FAILURE_CLUSTER_ALIAS'],
    ['let x={value}', subscript],
    ['echo "${PATH:{value}}"', subscript],
    ['echo ${a[{value}]}', subscript],
    ['map[{value}]=1', '$(touch pwned)'],
    ["cat <<'EOF'\n{value}\nEOF", 'EOF'],
    ["cat <<'EOF'\n{value}\nEOF", 'x\nEOF\ntouch pwned'],
    ["cat <<-'EOF'\n\tE{value}F\nEOF", 'O'],
    ['bash -c "echo {value}"', '; touch pwned'],
    ["sudo bash -c 'echo {value}'", '$(touch pwned)'],
    ['eval echo {value}', '`touch pwned`'],
    ['ssh db2 "echo {value}"', "it's"],
    ['/usr/bin/ssh -p 22 db2 echo {value}', 'a & b'],
    ['ssh db2 <<EOF\necho {value}\nEOF', '$(touch pwned)'],
  ])('refuses %s with %s', (template, value) => {
    const filled = fillTemplate(template, { value });
    expect(filled).toMatchObject({ ok: false, error: expect.stringContaining('{value}') });
  });

  it('still hands harmless values to a second shell', () => {
    const filled = fillTemplate('true; ssh db2 "echo {host} {alias}"', { host: 'db1', alias: 'my orders' });
    expect(filled).toMatchObject({ ok: true, environment: { BATON_HOOK_alias: 'my orders' } });
  });

  it('minds the second shell only within its own command', () => {
    expect(runFilled('eval true; echo {value}', { value: '$(date)' }).stdout).toBe('$(date)\n');
  });
});
