import { keyText } from '../../../shared/domain/instance-key.ts';
import type { Effect } from '../sagas/effects.ts';

/** What of an effect is recorded: servers' facts are shortened to their keys, and branches have records of their own. */
export function recordedForm(effect: Effect): unknown {
  if (effect.type === 'perform') {
    const { type, facts, action, timeoutMs } = effect;
    return { type, key: facts.key, action, timeoutMs };
  }
  if (effect.type === 'ask') {
    const { type, facts, question, timeoutMs } = effect;
    return { type, key: facts.key, question, timeoutMs };
  }
  if (effect.type === 'parallel') return { type: effect.type, branches: effect.branches.length };
  return effect;
}

/** The same text for the same data, whatever the order of its fields. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(JSON.parse(JSON.stringify(value ?? null))));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([name, each]) => [name, sorted(each)]));
}

/** An effect as a phrase for a person. */
export function phraseOf(effect: unknown): string {
  const one = effect as Record<string, never> & { readonly type?: string };
  switch (one.type) {
    case undefined:
      return 'nothing';
    case 'note':
    case 'phase':
      return `“${String(one.message)}”`;
    case 'perform':
      return `${actionText(one.action)} on ${serverOf(one)}`;
    case 'ask':
      return `ask ${serverOf(one)} for ${String((one.question as { kind?: string } | undefined)?.kind)}`;
    case 'hooks':
      return `run ${String(one.list)}`;
    case 'propose':
      return `record ${String((one.command as { type?: string } | undefined)?.type)}`;
    case 'parallel':
      return `${branchCount(one.branches)} things side by side`;
    default:
      return one.key === undefined ? one.type : `${one.type} ${serverOf(one)}`;
  }
}

function actionText(action: unknown): string {
  const { kind, ...details } = action as { readonly kind: string };
  const text = Object.keys(details).length === 0 ? '' : ` ${JSON.stringify(details)}`;
  return `${kind}${text}`;
}

function serverOf(one: Record<string, never>): string {
  const key = one.key ?? (one.facts as { key?: never } | undefined)?.key;
  return key === undefined ? 'a server' : keyText(key);
}

function branchCount(branches: unknown): number {
  return Array.isArray(branches) ? branches.length : Number(branches);
}
