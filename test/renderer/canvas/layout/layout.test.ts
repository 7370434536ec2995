import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutTopology, structureDiffers } from '../../../../src/renderer/canvas/layout/layout.ts';
import type { Box, Folding } from '../../../../src/renderer/canvas/layout/layout-types.ts';
import { boxAt, neighbour } from '../../../../src/renderer/canvas/layout/walk.ts';
import type { Member } from '../../../../src/shared/contract/v2/instance.ts';
import { byId, member } from '../members.ts';

const OPEN: Folding = { compact: false, collapsed: new Set(), opened: new Set() };

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function overlapping(boxes: readonly Box[]): readonly string[] {
  const found: string[] = [];
  boxes.forEach((a, index) => {
    for (const b of boxes.slice(index + 1)) if (overlaps(a, b)) found.push(`${a.id} and ${b.id}`);
  });
  return found;
}

/** Members that say anything at all of who is above them: trees, circles, themselves, strangers, detached. */
const anyMembers: fc.Arbitrary<ReadonlyMap<string, Member>> = fc
  .array(
    fc.record({
      parent: fc.option(fc.nat(40), { nil: null }),
      dataCenter: fc.constantFrom('', 'a', 'b'),
      detached: fc.boolean(),
      group: fc.constantFrom('', '', '', 'PRIMARY', 'SECONDARY'),
      unknown: fc.nat(7),
    }),
    { maxLength: 32 },
  )
  .map((list) =>
    byId(
      list.map(({ parent, dataCenter, detached, group, unknown }, index) =>
        member(`db${index}`, parent === null ? null : `db${parent}`, {
          dataCenter,
          groupRole: group,
          unknownReplicas: Array.from({ length: unknown > 4 ? unknown : 0 }, (_, at) => ({
            hostname: `stranger${at}`,
            port: 3306,
          })),
          ...(detached && parent !== null
            ? { parent: null, sourceDetached: true, sourceKey: { hostname: `//db${parent}`, port: 3306 } }
            : {}),
        }),
      ),
    ),
  );

const anyFolding: fc.Arbitrary<Folding> = fc.record({
  compact: fc.boolean(),
  collapsed: fc.array(fc.nat(32)).map((all) => new Set(all.map((one) => `db${one}:3306`))),
  opened: fc.constant(new Set<string>()),
});

describe('the layout of a topology', () => {
  it('never lets boxes overlap', () => {
    fc.assert(
      fc.property(anyMembers, anyFolding, (members, folding) => {
        expect(overlapping(layoutTopology(members, folding).boxes)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('places every member exactly once, drawn or folded away', () => {
    fc.assert(
      fc.property(anyMembers, anyFolding, (members, folding) => {
        const { boxes, boxOf, byId: found } = layoutTopology(members, folding);
        const placed = boxes.flatMap(({ memberIds, hiddenIds }) => [...memberIds, ...hiddenIds]);
        expect([...placed].sort()).toEqual([...members.keys()].sort());
        expect(found.size).toBe(boxes.length);
        for (const id of members.keys()) expect(found.has(boxOf.get(id) ?? '')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('draws the same members alike in whatever order they come', () => {
    fc.assert(
      fc.property(anyMembers, anyFolding, (members, folding) => {
        const turned = new Map([...members].reverse());
        expect(layoutTopology(turned, folding)).toEqual({
          ...layoutTopology(members, folding),
          boxOf: expect.anything(),
        });
      }),
    );
  });

  it('keeps other boxes out of the frame of a replication group', () => {
    const members = byId([
      member('p', null, { groupRole: 'PRIMARY' }),
      ...['s1', 's2'].map((name) => member(name, 'p', { groupRole: 'SECONDARY' })),
      ...['a', 'b', 'c', 'd', 'e'].map((name) => member(name, 'p')),
      member('under', 's1'),
    ]);
    const { frames, boxes } = layoutTopology(members, OPEN);
    const [frame] = frames;
    expect(frame?.memberIds).toEqual(['p:3306', 's1:3306', 's2:3306']);
    const second = boxes.filter(({ depth, tie }) => depth === 1 && tie === 'group');
    const others = boxes.filter(({ depth, tie }) => depth === 1 && tie !== 'group');
    expect(Math.min(...others.map(({ y }) => y))).toBeGreaterThan(Math.max(...second.map(({ y }) => y)));
  });

  it('places 2,000 members, however they are joined', () => {
    const shapes: readonly ((index: number) => string | null)[] = [
      (index) => (index === 0 ? null : 'db0'),
      (index) => (index === 0 ? null : `db${index - 1}`),
      (index) => (index === 0 ? null : `db${Math.floor((index - 1) / 8)}`),
      (index) => `db${(index + 1) % 2000}`,
    ];
    for (const shape of shapes) {
      const members = byId(Array.from({ length: 2000 }, (_, index) => member(`db${index}`, shape(index))));
      const opened = new Set(['siblings below db0:3306']);
      expect(layoutTopology(members, { ...OPEN, opened }).boxes).toHaveLength(2000);
    }
  });
});

describe('a topology as it is drawn', () => {
  it('puts co-masters into the same column, side by side, with what hangs below each', () => {
    const { byId: boxes, frames } = layoutTopology(
      byId([member('a', 'b'), member('b', 'a'), member('r1', 'a'), member('r2', 'b')]),
      OPEN,
    );
    expect(boxes.get('a:3306')?.x).toBe(0);
    expect(boxes.get('b:3306')?.x).toBe(0);
    expect(boxes.get('r2:3306')?.parentId).toBe('b:3306');
    expect(frames.map(({ kind, memberIds }) => ({ kind, memberIds }))).toEqual([
      { kind: 'ring', memberIds: ['a:3306', 'b:3306'] },
    ]);
  });

  it('draws a source that is no member as a ghost, and a detached replica below what it was detached from', () => {
    const { byId: boxes } = layoutTopology(
      byId([
        member('lost', 'elsewhere', { parent: null }),
        member('m'),
        member('d', null, { sourceDetached: true, sourceKey: { hostname: '//m', port: 3306 } }),
      ]),
      OPEN,
    );
    expect(boxes.get('ghost elsewhere:3306')).toMatchObject({ kind: 'ghost', ghostOf: 'elsewhere:3306' });
    expect(boxes.get('lost:3306')?.parentId).toBe('ghost elsewhere:3306');
    expect(boxes.get('d:3306')).toMatchObject({ parentId: 'm:3306', tie: 'detached' });
  });

  it('takes what only a detached connection would close for a tree and not for a ring', () => {
    const { byId: boxes, frames } = layoutTopology(
      byId([
        member('new', null, { sourceDetached: true, sourceKey: { hostname: '//old', port: 3306 } }),
        member('old', 'new'),
      ]),
      OPEN,
    );
    expect(frames).toEqual([]);
    expect(boxes.get('old:3306')?.parentId).toBe('new:3306');
    expect(boxes.get('new:3306')?.parentId).toBeNull();
  });

  it('stands many childless siblings in columns, each with its own line down from their source', () => {
    const members = byId([member('m'), ...Array.from({ length: 16 }, (_, index) => member(`r${index}`, 'm'))]);
    const layout = layoutTopology(members, OPEN);
    const grid = layout.boxes.filter(({ parentId }) => parentId === 'm:3306');
    expect(new Set(grid.map(({ x }) => x)).size).toBe(2);
    expect(grid.every(({ y, height }) => y + height <= layout.height)).toBe(true);
    const ends = layout.trunks.flatMap(({ lines }) => lines).filter(([x1, , x2]) => x1 === x2);
    for (const { x, y, height } of grid) {
      const middle = y + height / 2;
      expect(ends.some(([at, y1, , y2]) => at === x - 62 && y1 <= middle && middle <= y2)).toBe(true);
    }
    expect(neighbour(layout, 'r0:3306', 'right')?.id).toBe('r8:3306');
    expect(neighbour(layout, 'r8:3306', 'left')?.id).toBe('r0:3306');
    expect(neighbour(layout, 'r0:3306', 'left')?.id).toBe('m:3306');
  });

  it('lets no line cross a box', () => {
    fc.assert(
      fc.property(anyMembers, anyFolding, (members, folding) => {
        const { boxes, trunks } = layoutTopology(members, folding);
        const crossed = trunks
          .flatMap(({ lines }) => lines)
          .flatMap(([x1, y1, x2, y2]) =>
            boxes.filter(({ x, y, width, height }) => x1 < x + width && x < x2 + 1 && y1 < y + height && y < y2 + 1),
          );
        expect(crossed.map(({ id }) => id)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('orders siblings as people count', () => {
    const { boxes } = layoutTopology(byId([member('m'), member('db10', 'm'), member('db2', 'm')]), OPEN);
    expect(boxes.map(({ id }) => id)).toEqual(['m:3306', 'db2:3306', 'db10:3306']);
  });

  it('draws more than 40 childless siblings as one box until it is opened', () => {
    const members = byId([member('m'), ...Array.from({ length: 50 }, (_, index) => member(`r${index}`, 'm'))]);
    const folded = layoutTopology(members, OPEN);
    expect(folded.boxes.map(({ kind }) => kind)).toEqual(['member', 'bundle']);
    const bundle = folded.boxes[1]?.id ?? '';
    expect(layoutTopology(members, { ...OPEN, opened: new Set([bundle]) }).boxes).toHaveLength(51);
  });

  it('draws childless siblings in one data center as one box when compact', () => {
    const members = byId([
      member('m'),
      member('a1', 'm', { dataCenter: 'a' }),
      member('a2', 'm', { dataCenter: 'a' }),
      member('b1', 'm', { dataCenter: 'b' }),
      member('i', 'm', { dataCenter: 'a' }),
      member('under', 'i', { dataCenter: 'a' }),
    ]);
    const { boxes } = layoutTopology(members, { ...OPEN, compact: true });
    expect(boxes.filter(({ kind }) => kind === 'bundle').map(({ memberIds }) => memberIds)).toEqual([
      ['a1:3306', 'a2:3306'],
    ]);
    expect(boxes).toHaveLength(5);
  });

  it('leads the arrow keys along the tree', () => {
    const layout = layoutTopology(
      byId([member('m'), member('a', 'm'), member('b', 'm'), member('a1', 'a'), member('b1', 'b')]),
      OPEN,
    );
    const go = (from: string, direction: Parameters<typeof neighbour>[2]) =>
      neighbour(layout, `${from}:3306`, direction)?.id ?? null;
    expect(go('m', 'right')).toBe('a:3306');
    expect(go('a', 'down')).toBe('b:3306');
    expect(go('a1', 'down')).toBe('b1:3306');
    expect(go('b1', 'left')).toBe('b:3306');
    expect(go('a', 'up')).toBeNull();
    expect(go('m', 'left')).toBeNull();
    expect(go('gone', 'down')).toBe('m:3306');
  });

  it('finds the box at a point', () => {
    const layout = layoutTopology(byId([member('m'), member('a', 'm')]), OPEN);
    const box = layout.byId.get('a:3306');
    expect(boxAt(layout, (box?.x ?? 0) + 5, (box?.y ?? 0) + 5)?.id).toBe('a:3306');
    expect(boxAt(layout, -20, -20)).toBeNull();
  });

  it('needs no new layout when only states change', () => {
    const before = byId([member('m'), member('a', 'm')]);
    expect(structureDiffers(before, byId([member('m'), member('a', 'm', { lagSeconds: 7, status: 'lag' })]))).toBe(
      false,
    );
    expect(structureDiffers(before, byId([member('m'), member('a', null)]))).toBe(true);
    expect(structureDiffers(before, byId([member('m')]))).toBe(true);
  });
});
