import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GtidSyntaxError } from '../../../src/main/core/gtid/gtid-syntax-error.ts';
import { gtidSetText, SERVER_SEPARATOR } from '../../../src/main/core/gtid/mysql-gtid-set.ts';
import { parseGtidSet } from '../../../src/main/core/gtid/parse-gtid-set.ts';

const A = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const B = '4350f323-7565-4e59-8763-4b1b83a0ce0e';

describe('texts that servers and people write', () => {
  it.each([
    { name: 'nothing', text: '', canonical: '' },
    { name: 'blank', text: ' \n\t', canonical: '' },
    { name: 'commas only', text: ' , ,,', canonical: '' },
    { name: 'one transaction', text: `${A}:23`, canonical: `${A}:23` },
    { name: 'an interval of one', text: `${A}:7-7`, canonical: `${A}:7` },
    { name: 'several intervals', text: `${A}:1-5:7:9-11`, canonical: `${A}:1-5:7:9-11` },
    { name: 'upper case', text: `${A.toUpperCase()}:1-5`, canonical: `${A}:1-5` },
    { name: 'unsorted intervals', text: `${A}:47-49:1-3:11`, canonical: `${A}:1-3:11:47-49` },
    { name: 'touching intervals', text: `${A}:1-3:4-5:6`, canonical: `${A}:1-6` },
    { name: 'overlapping intervals', text: `${A}:1-10:5-20:3-4`, canonical: `${A}:1-20` },
    { name: 'unsorted uuids', text: `${B}:1,${A}:2`, canonical: `${A}:2,${B}:1` },
    { name: 'a repeated uuid', text: `${A}:1-2,${B}:1,${A}:3`, canonical: `${A}:1-3,${B}:1` },
    { name: 'a line break after the comma', text: `${A}:1-3,\n${B}:1-7`, canonical: `${A}:1-3,${B}:1-7` },
    { name: 'white space everywhere', text: `\r\n ${A} : 1 - 3 : 5 , ${B} : 1 `, canonical: `${A}:1-3:5,${B}:1` },
    { name: 'a trailing comma', text: `${A}:1-3,`, canonical: `${A}:1-3` },
    { name: 'a leading comma', text: `,${A}:1-3`, canonical: `${A}:1-3` },
    { name: 'leading zeros', text: `${A}:010-${'0'.repeat(30)}12`, canonical: `${A}:10-12` },
    { name: 'the largest number', text: `${A}:1-9223372036854775806`, canonical: `${A}:1-9223372036854775806` },
    {
      name: 'neighbours that a double would confuse',
      text: `${A}:9007199254740993:9007199254740995`,
      canonical: `${A}:9007199254740993:9007199254740995`,
    },
    { name: 'a tag', text: `${A}:nightly:1-3`, canonical: `${A}:nightly:1-3` },
    { name: 'tags after untagged', text: `${A}:1-3:a:1-2:5:b:7`, canonical: `${A}:1-3:a:1-2:5:b:7` },
    { name: 'unsorted tags', text: `${A}:b:7:_a:1:a:2`, canonical: `${A}:_a:1:a:2:b:7` },
    { name: 'a tag mentioned twice', text: `${A}:a:1:b:1:a:2`, canonical: `${A}:a:1-2:b:1` },
    { name: 'tags in upper case', text: `${A}:TagA:1,${A}:taga:2`, canonical: `${A}:taga:1-2` },
    { name: 'untagged after tagged', text: `${A}:a:5,${A}:1`, canonical: `${A}:1:a:5` },
    { name: 'white space round a tag', text: `${A}: a : 5`, canonical: `${A}:a:5` },
    { name: 'a tag of one underscore', text: `${A}:_:1`, canonical: `${A}:_:1` },
    { name: 'a tag of hex letters', text: `${A}:abc123:1`, canonical: `${A}:abc123:1` },
    { name: 'the longest tag', text: `${A}:${'a'.repeat(32)}:1`, canonical: `${A}:${'a'.repeat(32)}:1` },
  ])('$name', ({ text, canonical }) => {
    expect(gtidSetText(parseGtidSet(text))).toBe(canonical);
  });

  it('prints as a server does when asked to', () => {
    expect(gtidSetText(parseGtidSet(`${B}:1:a:1,${A}:2`), SERVER_SEPARATOR)).toBe(`${A}:2,\n${B}:1:a:1`);
  });
});

describe('texts that are refused', () => {
  const number = 'a transaction number';
  it.each([
    { text: 'hello', offset: 0, says: 'expected a server uuid at character 1, found "hello".' },
    { text: '0-1-100', offset: 0, says: 'expected a server uuid' },
    { text: `+${A}:1`, offset: 0, says: 'expected a server uuid' },
    { text: `${A.slice(0, -1)}:1`, offset: 0, says: 'expected a server uuid' },
    { text: `${A}:1;${B}:1`, offset: 38, says: 'expected "," or ":" at character 39, found ";4350f323' },
    { text: `${A}:1 ${B}:1`, offset: 39, says: 'expected "," or ":"' },
    { text: `${A}:1,${B}`, offset: 75, says: `expected ":" and ${number} after ${B} at character 76, found the end` },
    { text: `${A}0:1`, offset: 36, says: `expected ":" and ${number} after ${A}` },
    { text: `${A}:`, offset: 37, says: `expected ${number} at character 38, found the end of the text.` },
    { text: `${A}:1:`, offset: 39, says: `expected ${number}` },
    { text: `${A}:1-`, offset: 39, says: `expected ${number}` },
    { text: `${A}:-1`, offset: 37, says: `expected ${number}` },
    { text: `${A}:0`, offset: 37, says: `${number} is at least 1 at character 38, found "0".` },
    { text: `${A}:${'0'.repeat(40)}`, offset: 37, says: `${number} is at least 1` },
    { text: `${A}:1-0`, offset: 39, says: `${number} is at least 1` },
    { text: `${A}:0x10`, offset: 37, says: `${number} is at least 1` },
    { text: `${A.replaceAll('-', '')}:1`, offset: 0, says: 'expected a server uuid' },
    { text: `{${A}}:1`, offset: 0, says: 'expected a server uuid' },
    { text: `${A}:5-3`, offset: 39, says: 'the interval that starts at 5 runs backwards' },
    { text: `${A}:1-9223372036854775807`, offset: 39, says: `${number} is at most 9223372036854775806` },
    { text: `${A}:${'9'.repeat(4000)}`, offset: 37, says: `${number} is at most 9223372036854775806` },
    { text: `${A}:1.5`, offset: 38, says: 'expected "," or ":" at character 39, found ".5".' },
    { text: `${A}:tag`, offset: 40, says: `expected ":" and ${number} after tag` },
    { text: `${A}:a:b:1`, offset: 39, says: `expected ${number} after tag a` },
    { text: `${A}:1:a`, offset: 40, says: `expected ":" and ${number} after a` },
    { text: `${A}:a-b:1`, offset: 38, says: `expected ":" and ${number} after a` },
    { text: `${A}:1a:1`, offset: 38, says: 'expected "," or ":"' },
    { text: `${A}:${'a'.repeat(33)}:1`, offset: 37, says: 'a tag has at most 32 characters' },
    { text: `${A}:ä:1`, offset: 37, says: `expected ${number}` },
  ])('$text', ({ text, offset, says }) => {
    expect(() => parseGtidSet(text)).toThrow(says);
    expect(() => parseGtidSet(text)).toThrow(/^Malformed MySQL GTID set: /);
    expect(() => parseGtidSet(text)).toThrow(expect.objectContaining({ offset }) as Error);
    expect(() => parseGtidSet(text)).toThrow(GtidSyntaxError);
  });
});

describe('any text at all', () => {
  const scraps = fc.constantFrom(
    A,
    B.toUpperCase(),
    ':',
    ':',
    ',',
    '-',
    ' ',
    '\n',
    '1',
    '23',
    '0',
    'tag',
    '_',
    'é',
    '\u0000',
  );

  it('is read, and then printed canonically, or refused with a place in it', () => {
    const texts = fc.oneof(
      fc.array(scraps, { maxLength: 12 }).map((list) => list.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const printed = gtidSetText(parseGtidSet(text));
          expect(gtidSetText(parseGtidSet(printed))).toBe(printed);
        } catch (error) {
          if (!(error instanceof GtidSyntaxError)) throw error;
          expect(error.offset).toBeGreaterThanOrEqual(0);
          expect(error.offset).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
