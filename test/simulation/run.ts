import { parseArgs } from 'node:util';
import { type Outcome, simulate } from './simulate.ts';

/** `npm run simulate -- [--seeds 10000] [--from 1] [--seed N [--trace]] [--routine NAME]` */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    routine: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});

const from = values.seed === undefined ? Number(values.from) : Number(values.seed);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const routine = values.routine ?? null;
const begun = performance.now();
const outcomes: Outcome[] = [];
for (let seed = from; seed < from + count; seed++) {
  outcomes.push(simulate(seed, { routine, ...(values.trace ? { onLine: print } : {}) }));
}
const seconds = (performance.now() - begun) / 1000;

print(tableOf(outcomes));
const bad = outcomes.filter((each) => each.violations.length > 0);
const missing = outcomes.filter((each) => each.state === 'missing').length;
for (const { seed, routine: name, violations } of bad.slice(0, 60)) {
  for (const { invariant, message } of violations) print(`\n${invariant}, seed ${seed}, ${name}: ${message}`);
  print(`  again: npm run simulate -- --seed ${seed}${routine === null ? '' : ` --routine ${routine}`} --trace`);
}
const kinds = new Map<string, number>();
for (const each of bad) {
  for (const { invariant } of each.violations) kinds.set(invariant, (kinds.get(invariant) ?? 0) + 1);
}
print(
  `\n${count} seeds in ${seconds.toFixed(1)} s: ${Math.round(count / seconds)} seeds/s; ${missing} of routines that have no saga yet.`,
);
print(
  bad.length === 0
    ? 'No invariant was violated.'
    : `${bad.length} seeds violate invariants: ${[...kinds].map(([name, n]) => `${name} ${n}`).join(', ')}.`,
);
process.exitCode = bad.length === 0 ? 0 : 1;

function tableOf(all: readonly Outcome[]): string {
  const rows = new Map<string, Map<string, number>>();
  for (const { routine: name, state } of all) {
    const row = rows.get(name) ?? new Map<string, number>();
    row.set(state, (row.get(state) ?? 0) + 1);
    rows.set(name, row);
  }
  const text = (row: ReadonlyMap<string, number>): string =>
    [...row]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([state, n]) => `${state} ${n}`)
      .join(', ');
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, row]) => `${name.padEnd(30)} ${text(row)}`)
    .join('\n');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
