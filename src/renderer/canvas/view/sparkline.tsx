import { memo } from 'react';
import { linePoints } from './sparkline-points.ts';

/** The lag at the last polls, as a line. What it tells stands beside it in words. */
export const Sparkline = memo(function Sparkline({
  values,
  width,
  height,
}: {
  readonly values: readonly (number | null)[];
  readonly width: number;
  readonly height: number;
}) {
  const lines = linePoints(values, width, height);
  if (lines.length === 0) return null;
  return (
    <svg className="cb-spark" width={width} height={height} aria-hidden>
      {lines.map((points) => (
        <polyline key={points} points={points} />
      ))}
    </svg>
  );
});
