import { ROUTES } from '../../../src/main/adapters/http/routes.ts';
import { COMMANDS } from '../../../src/main/cli/commands.ts';
import { REFERENCE_COMMANDS } from '../reference/commands.ts';
import { REFERENCE_ROUTES, type ReferenceRoute, unnamed } from '../reference/routes.ts';

/** The route of the reference that a path belongs to; the one with the most literal segments counts. */
export function referenceRouteOf(path: string): ReferenceRoute | null {
  const parts = path.replace(/\?.*$/s, '').replace(/\/$/, '').split('/');
  const found = REFERENCE_ROUTES.filter((route) => {
    const pattern = route.path.split('/');
    return (
      pattern.length === parts.length && pattern.every((each, index) => each.startsWith(':') || each === parts[index])
    );
  });
  const literals = (route: ReferenceRoute): number =>
    route.path.split('/').filter((each) => !each.startsWith(':')).length;
  return found.toSorted((a, b) => literals(b) - literals(a))[0] ?? null;
}

interface Differences {
  readonly missing: readonly string[];
  readonly more: readonly string[];
}

/** What the reference has and Baton lacks, and the other way round, by unnamed path. */
export function routeDifferences(): Differences {
  const wanted = new Set(REFERENCE_ROUTES.map(({ path }) => unnamed(path)));
  const given = new Set(ROUTES.map(({ path }) => unnamed(path)));
  return differences(wanted, given);
}

/** The same of commands. `help` is no entry of Baton's table. */
export function commandDifferences(): Differences {
  const wanted = new Set(REFERENCE_COMMANDS.keys());
  const given = new Set(['help', ...COMMANDS.map(({ name }) => name)]);
  return differences(wanted, given);
}

function differences(wanted: ReadonlySet<string>, given: ReadonlySet<string>): Differences {
  return {
    missing: [...wanted].filter((each) => !given.has(each)),
    more: [...given].filter((each) => !wanted.has(each)),
  };
}
