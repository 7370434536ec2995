import type { PlannedStep } from '../../../../shared/domain/operation.ts';

/** What a dry run found, in `Details`. `Result` is how the operation would end, such as `done` or `refused`. */
export function planJson(result: string, plan: readonly PlannedStep[]): object {
  return { Result: result, Plan: plan.map(stepJson) };
}

function stepJson({ server, kind, statements, message }: PlannedStep): object {
  return { Server: server, Kind: kind, Statements: statements, Message: message };
}

/** How the message of a dry run begins, so that nobody takes it for the thing itself. */
export function plannedMessage(message: string): string {
  return `Dry run, nothing was changed. The outcome would be: ${message}`;
}
