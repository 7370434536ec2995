import { describe, expect, it } from 'vitest';
import { gtidLines, transactionsIn } from '../../../src/renderer/panels/instance/model/gtid-lines.ts';

const A = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const B = '4e11fa47-71ca-11e1-9e33-c80aa9429562';

describe('the lines of a GTID set', () => {
  it.each([
    ['', []],
    [`${A}:1-5`, [{ kind: 'mysql', uuid: A, tag: '', intervals: '1-5', count: 5n }]],
    [
      `${A.toUpperCase()}:1-5:7,\n${B}:3`,
      [
        { kind: 'mysql', uuid: A, tag: '', intervals: '1-5:7', count: 6n },
        { kind: 'mysql', uuid: B, tag: '', intervals: '3', count: 1n },
      ],
    ],
    [
      `${A}:1-5:backup:1-2:9:Batch:4`,
      [
        { kind: 'mysql', uuid: A, tag: '', intervals: '1-5', count: 5n },
        { kind: 'mysql', uuid: A, tag: 'backup', intervals: '1-2:9', count: 3n },
        { kind: 'mysql', uuid: A, tag: 'batch', intervals: '4', count: 1n },
      ],
    ],
    [
      '0-101-300, 1-102-7',
      [
        { kind: 'mariadb', domain: '0', serverId: '101', sequence: '300' },
        { kind: 'mariadb', domain: '1', serverId: '102', sequence: '7' },
      ],
    ],
    ['what is this', [{ kind: 'other', text: 'what is this' }]],
    [`${A}:1-x!`, [{ kind: 'other', text: `${A}:1-x!` }]],
  ])('%j', (text, lines) => {
    expect(gtidLines(text)).toEqual(lines);
  });

  it('counts beyond what a double holds', () => {
    expect(transactionsIn(gtidLines(`${A}:1-9223372036854775806,${B}:1`))).toBe(9223372036854775807n);
  });

  it('counts nothing for MariaDB, whose positions name the last transaction only', () => {
    expect(transactionsIn(gtidLines('0-101-300'))).toBeNull();
  });
});
