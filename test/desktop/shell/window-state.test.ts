import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MIN_SIZE, type Rectangle, windowBounds } from '../../../src/main/desktop/shell/window-state.ts';

const PRIMARY = { x: 0, y: 25, width: 1920, height: 1055 };
const LEFT = { x: -1280, y: 0, width: 1280, height: 1024 };
const at = (x: number, y: number, width = 1000, height = 700) => ({
  bounds: { x, y, width, height },
  maximized: false,
  fullScreen: false,
});

test.each([
  ['the first time in the middle', null, [PRIMARY], { x: 320, y: 153, width: 1280, height: 800 }],
  ['where it was', at(100, 100), [PRIMARY], { x: 100, y: 100, width: 1000, height: 700 }],
  ['where it was on the other display', at(-1200, 50), [PRIMARY, LEFT], { x: -1200, y: 50, width: 1000, height: 700 }],
  ['in the middle, the other display gone', at(-1200, 50), [PRIMARY], { x: 460, y: 203, width: 1000, height: 700 }],
  [
    'in the middle, its title out of reach above',
    at(100, -300),
    [PRIMARY],
    { x: 460, y: 203, width: 1000, height: 700 },
  ],
  ['in the middle, only a sliver left to see', at(1900, 100), [PRIMARY], { x: 460, y: 203, width: 1000, height: 700 }],
  ['no larger than the display', at(0, 25, 4000, 3000), [PRIMARY], { x: 0, y: 25, width: 1920, height: 1055 }],
  ['no smaller than it can be used', at(0, 25, 200, 10), [PRIMARY], { x: 0, y: 25, ...MIN_SIZE }],
])('opens %s', (_name, saved, areas, expected) => {
  expect(windowBounds(saved, areas)).toEqual(expected);
});

const rectangle = fc.record({
  x: fc.integer({ min: -5000, max: 5000 }),
  y: fc.integer({ min: -5000, max: 5000 }),
  width: fc.integer({ min: 800, max: 4000 }),
  height: fc.integer({ min: 600, max: 3000 }),
});

test('wherever the displays are now, the window can be taken hold of on one of them', () => {
  fc.assert(
    fc.property(rectangle, fc.array(rectangle, { minLength: 1, maxLength: 3 }), (bounds, areas) => {
      const found = windowBounds({ bounds, maximized: false, fullScreen: false }, areas);
      expect(areas.some((area) => shares(found, area))).toBe(true);
    }),
  );
});

function shares(a: Rectangle, area: Rectangle): boolean {
  const width = Math.min(a.x + a.width, area.x + area.width) - Math.max(a.x, area.x);
  return width >= 120 && a.y >= area.y && a.y + 40 <= area.y + area.height;
}
