/** Below this a curve is drawn flat: a second up and down is nothing to look at. */
const LEAST_TOP_SECONDS = 5;

/**
 * The points of a curve of lags in seconds, newest at the right end, broken where the lag was not known.
 * @returns one list of points for each unbroken stretch of two or more
 */
export function linePoints(values: readonly (number | null)[], width: number, height: number): readonly string[] {
  const top = values.reduce<number>((most, value) => Math.max(most, value ?? 0), LEAST_TOP_SECONDS);
  const step = values.length > 1 ? width / (values.length - 1) : width;
  const lines: string[] = [];
  let points: string[] = [];
  const finish = (): void => {
    if (points.length > 1) lines.push(points.join(' '));
    points = [];
  };
  values.forEach((value, at) => {
    if (value === null) finish();
    else
      points.push(`${(at * step).toFixed(1)},${(height - 1 - (Math.max(0, value) / top) * (height - 2)).toFixed(1)}`);
  });
  finish();
  return lines;
}
