import type uPlot from 'uplot';

/** Of the value axis, in CSS pixels: the same for everything, so that times stand below each other. */
export const AXIS_WIDTH = 56;

/** Room right of the curves for half a time, in CSS pixels. */
export const RIGHT_WIDTH = 24;

const AXIS_HEIGHT = 26;
const MINUTE_SECONDS = 60;

/** Steps of an axis of seconds, each of which reads well as minutes, hours or days. */
export const SECOND_STEPS: readonly number[] = [
  1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400, 172_800, 864_000, 8_640_000,
];

/** Steps of an axis of counts: 1, 2, 5, 10, 20 … */
export const COUNT_STEPS: readonly number[] = Array.from({ length: 12 }, (_, power) =>
  [1, 2, 5].map((one) => one * 10 ** power),
).flat();

/** What a chart is drawn with; a canvas knows no style sheet. */
export interface Colours {
  readonly line: string;
  readonly fill: string;
  readonly grid: string;
  readonly text: string;
  readonly font: string;
}

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const one = (name: string): string => style.getPropertyValue(name).trim();
  return {
    line: one('--baton-info'),
    fill: `${one('--baton-info')}26`,
    grid: one('--history-grid'),
    text: one('--baton-text-dim'),
    font: `11px ${style.fontFamily}`,
  };
}

/** The options of a chart of one curve over time, from 0 up. */
export function plotOptions({
  width,
  height,
  colours,
  tick,
  steps,
  language,
  onAt,
}: {
  readonly width: number;
  readonly height: number;
  readonly colours: Colours;
  tick(value: number): string;
  /** What ticks may be apart; any that is round when it is left out. */
  readonly steps?: readonly number[] | undefined;
  /** For the clock's form. */
  readonly language: string;
  /** The sample that is pointed at; null for none. */
  onAt(index: number | null): void;
}): uPlot.Options {
  const hours = { hour: '2-digit', minute: '2-digit', hour12: false } as const;
  const clock = new Intl.DateTimeFormat(language, hours);
  const seconds = new Intl.DateTimeFormat(language, { ...hours, second: '2-digit' });
  const axis = { stroke: colours.text, font: colours.font, ticks: { stroke: colours.grid, width: 1, size: 4 } };
  return {
    width,
    height,
    legend: { show: false },
    padding: [6, RIGHT_WIDTH, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { x: { time: true }, y: { range: (_, __, most) => [0, Math.max(most ?? 0, 1) * 1.1] } },
    axes: [
      {
        ...axis,
        size: AXIS_HEIGHT,
        grid: { stroke: colours.grid, width: 1 },
        space: 70,
        values: (_, splits, __, ___, step) =>
          splits.map((one) => (step < MINUTE_SECONDS ? seconds : clock).format(one * 1000)),
      },
      {
        ...axis,
        size: AXIS_WIDTH,
        grid: { stroke: colours.grid, width: 1 },
        space: 32,
        ...(steps === undefined ? {} : { incrs: [...steps] }),
        values: (_, splits) => splits.map((one) => tick(one)),
      },
    ],
    series: [{}, { stroke: colours.line, fill: colours.fill, width: 1.5, spanGaps: false, points: { show: false } }],
    hooks: { setCursor: [({ cursor }) => onAt(cursor.idx ?? null)] },
  };
}
