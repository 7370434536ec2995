import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attachedCoordinates,
  compareCoordinates,
  compareLogFiles,
  coordinatesText,
  detachedCoordinates,
  isDetached,
  nextLogFile,
  parseCoordinates,
  previousLogFile,
  sameCoordinates,
} from '../../../src/main/core/topology/coordinates.ts';

describe('reading coordinates', () => {
  it.each([
    { text: 'mysql-bin.000010:4', file: 'mysql-bin.000010', position: 4 },
    { text: ' mysql-bin.000010:4\n', file: 'mysql-bin.000010', position: 4 },
    { text: 'C:\\logs\\bin.000001:4', file: 'C:\\logs\\bin.000001', position: 4 },
    { text: 'bin.000001:0', file: 'bin.000001', position: 0 },
    { text: '//bin.000001:4:4', file: '//bin.000001:4', position: 4 },
    { text: '//bin.000001:4', file: '//bin.000001:4', position: 4 },
  ])('$text', ({ text, file, position }) => {
    expect(parseCoordinates(text)).toEqual({ file, position });
  });

  it.each(['', 'bin.000001', ':4', 'bin.000001:', 'bin.000001:x', 'bin.000001:-4', 'bin.1:9999999999999999'])(
    'refuses "%s"',
    (text) => expect(parseCoordinates(text)).toBeNull(),
  );

  it('gives back what was printed', () => {
    const file = fc.stringMatching(/^[a-z][a-z.-]{0,8}\.[0-9]{1,7}$/);
    fc.assert(
      fc.property(file, fc.nat(), fc.boolean(), (name, position, detached) => {
        const plain = { file: name, position };
        const coordinates = detached ? detachedCoordinates(plain) : plain;
        expect(parseCoordinates(coordinatesText(coordinates))).toEqual(coordinates);
      }),
    );
  });
});

describe('order', () => {
  it.each([
    { before: 'bin.000001:4', after: 'bin.000001:5' },
    { before: 'bin.000001:900', after: 'bin.000002:4' },
    { before: 'mysql-bin.999999:4', after: 'mysql-bin.1000000:4' },
    { before: 'bin.000009:4', after: 'bin.000010:4' },
    { before: 'bin.9223372036854775806:4', after: 'bin.9223372036854775807:4' },
    { before: 'a.000009:4', after: 'b.000001:4' },
    { before: 'bin:4', after: 'bin.000001:4' },
  ])('$before comes before $after', ({ before, after }) => {
    const [a, b] = [parseCoordinates(before), parseCoordinates(after)];
    if (a === null || b === null) throw new Error('unreadable row');
    expect(compareCoordinates(a, b)).toBeLessThan(0);
    expect(compareCoordinates(b, a)).toBeGreaterThan(0);
    expect(compareCoordinates(a, { ...a })).toBe(0);
  });

  it('is total: files sort the same from any start', () => {
    const file = fc
      .tuple(fc.constantFrom('x', 'x.1', 'y'), fc.constantFrom('', '.9', '.10', '.010', '.1z', '.2'))
      .map((p) => p.join(''));
    fc.assert(
      fc.property(file, file, file, (a, b, c) => {
        expect(Math.sign(compareLogFiles(a, b))).toBe(-Math.sign(compareLogFiles(b, a)) + 0);
        expect(compareLogFiles(a, b) === 0).toBe(a === b);
        if (compareLogFiles(a, b) <= 0 && compareLogFiles(b, c) <= 0) {
          expect(compareLogFiles(a, c)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('tells the same place by file and position', () => {
    expect(sameCoordinates({ file: 'a.1', position: 4 }, { file: 'a.1', position: 4 })).toBe(true);
    expect(sameCoordinates({ file: 'a.1', position: 4 }, { file: 'a.2', position: 4 })).toBe(false);
    expect(sameCoordinates({ file: 'a.1', position: 4 }, { file: 'a.1', position: 5 })).toBe(false);
  });
});

describe('neighbouring log files', () => {
  it.each([
    { file: 'mysql-bin.000001', next: 'mysql-bin.000002', previous: null },
    { file: 'mysql-bin.000010', next: 'mysql-bin.000011', previous: 'mysql-bin.000009' },
    { file: 'mysql-bin.999999', next: 'mysql-bin.1000000', previous: 'mysql-bin.999998' },
    { file: 'mysql-bin.1000000', next: 'mysql-bin.1000001', previous: 'mysql-bin.999999' },
    { file: 'mysql-bin.100000', next: 'mysql-bin.100001', previous: 'mysql-bin.099999' },
    {
      file: 'db1.example.com-relay-bin.000002',
      next: 'db1.example.com-relay-bin.000003',
      previous: 'db1.example.com-relay-bin.000001',
    },
    { file: 'mysql-bin', next: null, previous: null },
    { file: '', next: null, previous: null },
  ])('$file', ({ file, next, previous }) => {
    expect(nextLogFile(file)).toBe(next);
    expect(previousLogFile(file)).toBe(previous);
  });
});

describe('detach marks', () => {
  const plain = { file: 'mysql-bin.000010', position: 120 };
  const mark = { file: '//mysql-bin.000010:120', position: 120 };

  it('remember the place', () => {
    expect(detachedCoordinates(plain)).toEqual(mark);
    expect(isDetached(mark)).toBe(true);
    expect(attachedCoordinates(mark)).toEqual(plain);
  });

  it('are not put on twice', () => expect(detachedCoordinates(mark)).toEqual(mark));

  it('are not seen on ordinary coordinates', () => {
    expect(isDetached(plain)).toBe(false);
    expect(isDetached({ file: '//mysql-bin.000010', position: 4 })).toBe(false);
    expect(attachedCoordinates(plain)).toBeNull();
  });
});
