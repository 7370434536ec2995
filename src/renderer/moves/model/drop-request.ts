import type { DropTargetView } from '../../../shared/contract/v2/drop-target.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { ActionRequest } from './requests.ts';

/** What a drop asks for; null where it means nothing. */
export function requestOfDrop({ operation }: Pick<DropTargetView, 'operation'>): ActionRequest | null {
  if (operation === null) return null;
  if (operation.kind === 'takeover') {
    const { cluster, designated } = operation.args;
    return { kind: 'takeover', name: operation.name, cluster, designated: keyText(designated) };
  }
  const { instance, destination } = operation.args;
  return {
    kind: 'operation',
    name: operation.name,
    instance: keyText(instance),
    ...(destination === undefined ? {} : { destination: keyText(destination) }),
  };
}

const ZONES = { onto: 0, crown: 1 } as const;
const ORDER = { allowed: 0, unsure: 1, forbidden: 2 } as const;

/** Those that fit all words, possible ones first, and of those takeovers last; forbidden ones only where they are wanted. */
export function sortedTargets<T extends Pick<DropTargetView, 'target' | 'verdict' | 'zone'>>(
  targets: readonly T[],
  words: string,
  forbidden: boolean,
  textOf: (target: T) => string,
): readonly T[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return targets
    .filter(({ verdict }) => forbidden || verdict !== 'forbidden')
    .filter((target) => wanted.every((word) => textOf(target).toLowerCase().includes(word)))
    .toSorted((a, b) => ORDER[a.verdict] - ORDER[b.verdict] || ZONES[a.zone] - ZONES[b.zone]);
}
