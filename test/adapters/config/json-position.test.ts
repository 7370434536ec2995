import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positionAt, readJson } from '../../../src/main/adapters/config/json-position.ts';

describe('reading JSON', () => {
  it.each<[text: string, value: unknown]>([
    ['{}', {}],
    [' \r\n\t{ "a" : [ 1 , -0.5e+3 , true , null ] } ', { a: [1, -500, true, null] }],
    ['\ufeff{"a": "\\u00e9\\n\\"\\\\/"}', { a: 'é\n"\\/' }],
    ['{"a": {"b": [[], {}]}}', { a: { b: [[], {}] } }],
    ['{"a": 1} {"b": 2}', { a: 1 }],
    ['{"a": 1} trailing', { a: 1 }],
    ['[1]', [1]],
    ['null', null],
  ])('%j', (text, value) => expect(readJson(text)).toMatchObject({ ok: true, value }));

  it('keeps the places of the outermost names', () => {
    expect(readJson('{\n  "a": {"inner": 1},\n  "é": 2, "b": 3\n}')).toMatchObject({
      keys: [
        { key: 'a', line: 2, column: 3 },
        { key: 'é', line: 3, column: 3 },
        { key: 'b', line: 3, column: 11 },
      ],
    });
  });

  it.each<[text: string, line: number, column: number, expected: string]>([
    ['', 1, 1, 'the file is empty'],
    [' \n ', 2, 2, 'the file is empty'],
    ['x', 1, 1, 'expected a JSON object'],
    ['// hi\n{}', 1, 1, 'JSON has no comments'],
    ['{', 1, 2, 'expected a name in double quotes, and the file ends'],
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'expected "," or "}" after the value of "a"'],
    ['{\n  "a": 1,\n}', 2, 9, 'expected no "," before "}"'],
    ['{"a": [1, 2, ]}', 1, 12, 'expected no "," before "]"'],
    ['{"a": [1 2]}', 1, 10, 'expected "," or "]" after a value of the list'],
    ['{"a" 1}', 1, 6, 'expected ":" after the name "a"'],
    ['{"a": tru}', 1, 7, 'expected a value for "a"'],
    ['{"a": True}', 1, 7, 'small letters'],
    ['{"a": yes}', 1, 7, 'expected a value for "a"'],
    ['{"a": }', 1, 7, 'expected a value for "a"'],
    ["{'a': 1}", 1, 2, 'JSON has no single quotes'],
    ['{a: 1}', 1, 2, 'expected a name in double quotes'],
    ['{"a": 1, # why\n}', 1, 10, 'JSON has no comments'],
    ['{"a": 01}', 1, 7, 'expected a number'],
    ['{"a": +1}', 1, 7, 'expected a value'],
    ['{"a": 1.}', 1, 7, 'expected a number'],
    ['{"a": 5s}', 1, 7, 'expected a number'],
    ['{"a": "x\ny"}', 1, 9, 'before the end of the line'],
    ['{"a": "x\ty"}', 1, 9, 'control character'],
    ['{"a": "C:\\dir"}', 1, 10, 'expected a JSON escape'],
    ['{"a": "\\u12g4"}', 1, 8, 'expected a JSON escape'],
    ['{"a": "x', 1, 7, 'closing quote'],
    ['{"é日": "𝒳" "b"}', 1, 12, 'expected "," or "}"'],
    ['{"a": [{"b": 1}', 1, 16, 'the bracket of line 1, column 7 is open'],
    ['{\r\n"a": 1\r\n"b": 2}', 3, 1, 'after the value of "a"'],
    ['\ufeff{a: 1}', 1, 2, 'expected a name'],
  ])('%j fails at %i:%i', (text, line, column, expected) => {
    expect(readJson(text)).toMatchObject({ ok: false, line, column, expected: expect.stringContaining(expected) });
  });

  it('refuses endless nesting instead of running out of stack', () => {
    expect(readJson('['.repeat(100_000))).toMatchObject({ ok: false, column: 201 });
  });

  it('never shows a value', () => {
    for (const text of [
      '{"p": "hunter2\n"}',
      '{"p": "hunter2" "q"}',
      '{"p": hunter2}',
      '{"p": "hunter2\\q"}',
      '{"p": "hunter2',
    ]) {
      expect(JSON.stringify(readJson(text))).not.toContain('hunter2');
    }
  });

  it('agrees with the parser of the engine about what is JSON', () => {
    const noise = fc.constantFrom(
      '',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '0',
      '-',
      '.',
      'e',
      't',
      ' ',
      '\n',
      '\u0001',
    );
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.nat(2), noise, (json, at, cut, insert) => {
        const place = at % (json.length + 1);
        const text = json.slice(0, place) + insert + json.slice(place + cut);
        const reading = readJson(text);
        let parsed: unknown;
        try {
          parsed = JSON.parse(text);
        } catch (problem) {
          if (reading.ok) expect(String(problem)).toMatch(/after JSON|Unexpected token/);
          return;
        }
        expect(reading).toMatchObject({ ok: true });
        expect(reading.ok && reading.value).toEqual(parsed);
      }),
      { numRuns: 2000 },
    );
  });

  it('counts lines by any line end, and columns by character', () => {
    expect(positionAt('a\r\nb\rc\n𝒳d', 8)).toEqual({ line: 4, column: 2 });
  });
});
