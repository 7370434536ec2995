import type { Command } from '../../../shared/domain/command.ts';
import type { RecoveryResult } from '../../core/recoveries/recovery.ts';

type Found = Pick<RecoveryResult, 'successor' | 'lostReplicas' | 'participants' | 'errors'>;

/** What is kept of a recovery or takeover that has ended: it succeeded when a server took over. */
export function resolutionOf({
  successor,
  lostReplicas,
  participants,
  errors,
}: Found): Extract<Command, { readonly type: 'resolve-recovery' }>['result'] {
  return {
    outcome: successor === null ? 'failed' : 'succeeded',
    successor: successor?.key ?? null,
    successorAlias: successor?.alias ?? '',
    successorCoordinates: successor?.coordinates ?? null,
    lostReplicas,
    participants,
    errors,
  };
}
