import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RECOVERIES } from '../../src/main/core/recoveries/index.ts';
import { TAKEOVERS } from '../../src/main/core/takeover/index.ts';
import { OPERATION_NAMES } from '../../src/shared/domain/operation.ts';

const COLUMNS = ['9.7', '9.7, no GTIDs', '5.6', 'MariaDB'] as const;
const CELLS = ['✓', 'refused', 'model', '·', '–'];

/** Which columns a file of cases speaks for, and the files in which its cases are. */
const LABS: Readonly<Record<string, { readonly columns: readonly string[]; readonly files: readonly string[] }>> = {
  'by-gtid': { columns: ['9.7', '5.6', 'MariaDB'], files: ['by-gtid.lab.test.ts', 'gtid-refusals.ts'] },
  'by-position': { columns: ['9.7, no GTIDs', '5.6', 'MariaDB'], files: ['by-position.lab.test.ts'] },
  'pseudo-gtid': { columns: ['9.7, no GTIDs', '5.6', 'MariaDB'], files: ['pseudo-gtid.lab.test.ts'] },
  'pseudo-gtid-groups': { columns: ['9.7, no GTIDs', '5.6', 'MariaDB'], files: ['pseudo-gtid-groups.lab.test.ts'] },
  errant: { columns: ['9.7', '5.6', 'MariaDB'], files: ['errant.lab.test.ts'] },
  'one-server': { columns: COLUMNS, files: ['one-server.lab.test.ts'] },
};

interface Entry {
  readonly name: string;
  readonly cells: readonly string[];
  readonly cases: readonly string[];
}

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const entries: readonly Entry[] = [...page.matchAll(/^\| `([a-z-]+)` \|(.*)\|$/gm)].map(([, name = '', rest = '']) => {
  const parts = rest.split('|').map((part) => part.trim());
  return { name, cells: parts.slice(0, -1), cases: (parts.at(-1) ?? '').split(', ').filter((each) => each !== '') };
});
const isOperation = ({ name }: Entry): boolean => (OPERATION_NAMES as readonly string[]).includes(name);

function labText(name: string): string {
  const files = LABS[name]?.files ?? [];
  return files.map((file) => readFileSync(new URL(`../operations/${file}`, import.meta.url), 'utf8')).join('\n');
}

describe('docs/operations.md', () => {
  it('has a row for each operation, recovery and takeover, and a line', () => {
    const all = [...OPERATION_NAMES, ...Object.keys(RECOVERIES), ...Object.keys(TAKEOVERS)];
    expect(entries.map(({ name }) => name)).toEqual(all);
    const lines = [...page.matchAll(/^- `([a-z-]+)`: .+\.$/gm)].map(([, name]) => name);
    expect(lines).toEqual(all);
  });

  it.each(entries.map((entry) => [entry.name, entry] as const))('%s has a word for each flavour', (_, { cells }) => {
    expect(cells).toHaveLength(COLUMNS.length);
    for (const cell of cells) expect(CELLS).toContain(cell);
  });

  it.each(entries.filter(isOperation).map((entry) => [entry.name, entry] as const))(
    '%s has a case for each flavour that is proven',
    (name, { cells, cases }) => {
      for (const [index, cell] of cells.entries()) {
        if (cell !== '✓' && cell !== 'refused') continue;
        const column = COLUMNS[index] ?? '';
        const speaking = cases.filter(
          (each) => LABS[each]?.columns.includes(column) && labText(each).includes(`'${name}'`),
        );
        expect(speaking, `${name} on ${column}`).not.toEqual([]);
      }
    },
  );

  it.each(entries.map((entry) => [entry.name, entry] as const))('%s names files that are there', (_, entry) => {
    const isThere = (name: string): boolean =>
      ['operations', 'e2e'].some((folder) => existsSync(new URL(`../${folder}/${name}.lab.test.ts`, import.meta.url)));
    const missing = entry.cases.filter((each) => !isThere(each));
    expect(missing).toEqual([]);
    if (entry.cells.includes('✓')) expect(entry.cases).not.toEqual([]);
  });
});
