import type { LabFlavor } from '../lab/index.ts';

/** What `--flavor` and `--runs` say; ends the process with status 2 when they make no sense. */
export function flavorAndRuns(
  values: { readonly flavor: string; readonly runs: string },
  flavors: readonly LabFlavor[],
): { readonly flavor: LabFlavor; readonly runs: number } {
  const flavor = flavors.find((each) => each === values.flavor);
  const runs = Number(values.runs);
  if (flavor !== undefined && Number.isInteger(runs) && runs >= 1) return { flavor, runs };
  process.stderr.write(`--flavor is one of ${flavors.join(', ')}, --runs a positive number.\n`);
  process.exit(2);
}
