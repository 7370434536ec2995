import { describe, expect, it } from 'vitest';
import { byMajority, compareMajorVersions, majorVersion } from '../../../src/main/core/candidates/eligibility.ts';
import { factsOf } from '../topology/fleet.ts';

describe('versions', () => {
  it.each([
    ['8.0.36', '8.0'],
    ['10.11.6-MariaDB-log', '10.11'],
    ['', '0.0'],
  ])('%j is of %s', (version, expected) => expect(majorVersion(version)).toBe(expected));

  it('are ordered by number', () => {
    expect(compareMajorVersions('8.9.1', '8.10.0')).toBeLessThan(0);
    expect(compareMajorVersions('10.3.1', '9.7.0')).toBeGreaterThan(0);
    expect(compareMajorVersions('8.0.11', '8.0.40')).toBe(0);
  });
});

describe('the majority', () => {
  const of = (...servers: readonly (readonly [string, string])[]) =>
    byMajority(
      servers.map(([version, binlogFormat], index) => factsOf(`s${index}`, { facts: { version, binlogFormat } })),
    );

  it.each([
    ['most', of(['8.4.1', 'ROW'], ['8.4.9', 'ROW'], ['5.7.1', 'STATEMENT']), { version: '8.4', format: 'ROW' }],
    ['the lower of a tie', of(['8.10.0', 'ROW'], ['8.9.0', 'MIXED']), { version: '8.9', format: 'MIXED' }],
    ['STATEMENT before all', of(['8.0.1', 'MIXED'], ['8.0.1', 'STATEMENT']), { version: '8.0', format: 'STATEMENT' }],
    ['nothing of none', of(), { version: '', format: '' }],
  ])('is %s', (_, found, expected) => expect(found).toEqual(expected));
});
