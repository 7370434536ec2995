import { UsageError } from '../client/client-error.ts';
import { type ApiAnswer, ask } from './api-client.ts';
import type { Command, CommandCall, CommandGroup } from './command.ts';
import type { FlagName } from './flags.ts';
import { type Format, PLAN } from './formats.ts';
import { encode, type Input } from './input.ts';
import { EXIT_FAILURE, report } from './report.ts';

export interface OperationSpec {
  readonly name: string;
  readonly group: CommandGroup;
  readonly summary: string;
  readonly flags: readonly FlagName[];
  readonly optional?: readonly FlagName[];
  readonly example: string;
  readonly word?: FlagName;
  readonly path: (input: Input) => string;
  readonly format: Format;
}

/** What narrows an operation or says where it leads: a command that doesn't know it must not go on without it. */
const MATTERS = [
  ['destination', '-d'],
  ['pattern', '--pattern'],
  ['binlog', '--binlog'],
  ['skipUnresolve', '--skip-unresolve'],
] as const;

/** A command that changes replication, tells who asked, and can be tried with --dry-run. */
export function operationCommand(spec: OperationSpec): Command {
  const optional = [...(spec.optional ?? []), 'owner', 'dryRun'] as const;
  return {
    word: 'instance',
    ...spec,
    optional,
    run: async (call) => {
      refuseUnknown(spec, call.input);
      const dryRun = call.input.has('dryRun');
      const answer = await ask(await call.endpoint(), operationPath(spec.path(call.input), call.input));
      return dryRun ? reportPlan(call, answer) : report(call.io, answer, spec.format);
    },
  };
}

/** The path with what every operation's query may hold. */
export function operationPath(path: string, input: Input): string {
  const owner = input.owner();
  const query = [
    ...(owner === '' ? [] : [`owner=${encode(owner)}`]),
    ...(input.has('force') ? ['force=true'] : []),
    ...(input.has('skipUnresolve') ? ['skip-unresolve=true'] : []),
    ...(input.has('strict') ? ['strict=true'] : []),
    ...(input.has('killBlockers') ? ['kill-blockers=true'] : []),
    ...(input.has('dryRun') ? ['dry-run=true'] : []),
  ];
  return withQuery(path, query);
}

/** @param query `name=value`, encoded */
export function withQuery(path: string, query: readonly string[]): string {
  if (query.length === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${query.join('&')}`;
}

function refuseUnknown({ name, flags, optional = [] }: OperationSpec, input: Input): void {
  for (const [flag, text] of MATTERS) {
    if (input.optional(flag) === '' || flags.includes(flag) || optional.includes(flag)) continue;
    throw new UsageError(`${name} takes no ${text}; see 'baton ${name} --help'.`);
  }
}

/** Prints a plan. @returns 0 when the operation would be done, 1 when it would be refused or fail */
export function reportPlan({ io }: CommandCall, answer: ApiAnswer): number {
  const code = report(io, answer, PLAN);
  if (code !== 0) return code;
  const { Result } = answer.payload as { readonly Result?: unknown };
  if (Result === 'done') return 0;
  io.error.write(`baton: ${answer.message}\n`);
  return EXIT_FAILURE;
}
