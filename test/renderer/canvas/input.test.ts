import { describe, expect, it } from 'vitest';
import { dropTargetAt, subjectOf } from '../../../src/renderer/canvas/drag/drop-target.ts';
import { layoutTopology } from '../../../src/renderer/canvas/layout/layout.ts';
import type { Folding } from '../../../src/renderer/canvas/layout/layout-types.ts';
import { openingOf } from '../../../src/renderer/canvas/layout/opening.ts';
import { searchMembers } from '../../../src/renderer/canvas/tools/search.ts';
import { byId, member } from './members.ts';

const OPEN: Folding = { compact: false, collapsed: new Set(), opened: new Set() };

const members = byId([
  member('m'),
  member('mid', 'm', { role: 'intermediate-master', dataCenter: 'ams1' }),
  member('r1', 'mid', { tags: [{ name: 'role', value: 'analytics' }], dataCenter: 'ams1' }),
  member('r2', 'mid', { pools: ['reads'], dataCenter: 'ams1' }),
  member('lost', 'nowhere', { parent: null }),
]);

describe('a search in a topology', () => {
  it.each([
    ['r1', ['r1:3306']],
    ['analytics', ['r1:3306']],
    ['READS', ['r2:3306']],
    ['ams1 intermediate', ['mid:3306']],
    ['3306', ['lost:3306', 'm:3306', 'mid:3306', 'r1:3306', 'r2:3306']],
    ['  ', []],
    ['none such', []],
  ])('finds for %j what has every word', (text, expected) => {
    expect(searchMembers(members, text).map(({ id }) => id)).toEqual(expected);
  });
});

describe('a drag', () => {
  const layout = layoutTopology(members, OPEN);
  const point = (id: string, dx: number) => {
    const box = layout.byId.get(id);
    return { x: (box?.x ?? 0) + dx, y: (box?.y ?? 0) + 10 };
  };

  it('moves what was pressed, all that are selected if it is one of them, or the replicas', () => {
    const selected = new Set(['r1:3306', 'r2:3306']);
    expect(subjectOf(layout.byId.get('r1:3306'), false, selected)?.ids).toEqual(['r1:3306', 'r2:3306']);
    expect(subjectOf(layout.byId.get('mid:3306'), false, selected)?.ids).toEqual(['mid:3306']);
    expect(subjectOf(layout.byId.get('mid:3306'), true, selected)).toEqual({ ids: ['mid:3306'], withReplicas: true });
    expect(subjectOf(layout.byId.get('ghost nowhere:3306'), false, selected)).toBeNull();
    const compact = layoutTopology(members, { ...OPEN, compact: true });
    const bundle = compact.boxes.find(({ kind }) => kind === 'bundle');
    expect(subjectOf(bundle, false, new Set())?.ids).toEqual(['r1:3306', 'r2:3306']);
  });

  it('means the place of a server at the left end of one that has replicas, and below it elsewhere', () => {
    const subject = { ids: ['r1:3306'], withReplicas: false };
    expect(dropTargetAt(layout, point('mid:3306', 10), subject)).toEqual({ id: 'mid:3306', zone: 'crown' });
    expect(dropTargetAt(layout, point('mid:3306', 150), subject)).toEqual({ id: 'mid:3306', zone: 'onto' });
    expect(dropTargetAt(layout, point('r2:3306', 10), subject)).toEqual({ id: 'r2:3306', zone: 'onto' });
  });

  it('means nothing on itself, on a server that is no member, and beside every box', () => {
    const subject = { ids: ['mid:3306'], withReplicas: false };
    expect(dropTargetAt(layout, point('mid:3306', 150), subject)).toBeNull();
    expect(dropTargetAt(layout, point('ghost nowhere:3306', 10), subject)).toBeNull();
    expect(dropTargetAt(layout, { x: -50, y: -50 }, subject)).toBeNull();
    expect(dropTargetAt(layout, point('mid:3306', 10), { ids: ['mid:3306'], withReplicas: true })).toEqual({
      id: 'mid:3306',
      zone: 'onto',
    });
  });
});

describe('what is folded away', () => {
  it('is opened for a member that is asked for', () => {
    const folding = { ...OPEN, compact: true, collapsed: new Set(['m:3306', 'mid:3306']) };
    const layout = layoutTopology(members, folding);
    expect(layout.byId.has('r1:3306')).toBe(false);
    const opened = openingOf('r1:3306', { members, layout, ...folding });
    const again = layoutTopology(members, { ...folding, ...opened });
    const then = openingOf('r1:3306', { members, layout: again, ...folding, ...opened });
    expect(layoutTopology(members, { ...folding, ...then }).byId.has('r1:3306')).toBe(true);
    expect(opened.collapsed.size).toBe(0);
  });

  it('is opened at once where only a bundle hides it', () => {
    const folding = { ...OPEN, compact: true };
    const layout = layoutTopology(members, folding);
    const opened = openingOf('r2:3306', { members, layout, ...folding });
    expect(layoutTopology(members, { ...folding, ...opened }).byId.has('r2:3306')).toBe(true);
  });

  it('stays as it is for others', () => {
    const folding = { ...OPEN, collapsed: new Set(['mid:3306']) };
    const layout = layoutTopology(members, folding);
    expect(openingOf('m:3306', { members, layout, ...folding }).collapsed).toEqual(new Set(['mid:3306']));
  });
});
