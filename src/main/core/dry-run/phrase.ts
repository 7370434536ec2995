import type { ServerAction } from '../../../shared/domain/action.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import type { Effect } from '../sagas/effects.ts';

/** What an effect would do, as a phrase for a person. */
export function phraseOf(effect: Effect): string {
  switch (effect.type) {
    case 'note':
    case 'phase':
      return effect.message;
    case 'read':
      return 'Read it.';
    case 'perform':
      return actionPhrase(effect.action);
    case 'ask':
      return `Ask for its ${effect.question.kind}.`;
    case 'hooks':
      return `Run ${effect.list}.`;
    case 'propose':
      return `Record ${effect.command.type}${keyOf(effect.command)}.`;
    case 'fence':
      return 'Shut it for writes over the connection that is kept for that.';
    case 'unfence':
      return 'Open it for writes again: nothing took its place.';
    case 'fence-state':
      return 'Look whether it has shown life, and whether it is shut for writes.';
    case 'parallel':
      return `Do ${effect.branches.length} things side by side.`;
    case 'sleep':
      return `Wait ${effect.ms} ms.`;
    case 'now':
      return 'Look at the clock.';
  }
}

function actionPhrase(action: ServerAction): string {
  switch (action.kind) {
    case 'stop-replication':
      return `Stop ${threadsText(action.threads)}.`;
    case 'start-replication':
      return `Start ${threadsText(action.threads)}.`;
    case 'repoint':
      return `Replicate from ${keyText(action.source)}${modeText(action.mode)}.`;
    case 'reset-replication':
      return 'Forget its source.';
    case 'detach-source':
      return "Break its source's name, so that it replicates from nowhere until that is undone.";
    case 'reattach-source':
      return "Make its source's name whole again.";
    case 'set-read-only':
      return action.on ? 'Make it read-only.' : 'Make it writeable.';
    case 'fence':
      return 'Shut it for writes and throw out who is writing.';
    case 'end-offline-mode':
      return 'Let sessions in again.';
    case 'wait-for-gtid':
      return `Wait until it has executed ${action.gtid}.`;
    case 'wait-for-position':
      return `Wait until it has executed its source's log up to ${action.at.file}:${action.at.position}.`;
    case 'start-until':
      return `Replicate up to ${action.at.file}:${action.at.position}, and stop there.`;
    case 'skip-event':
      return 'Pass over the next event.';
    case 'inject-empty':
      return `Commit ${action.gtids.length} empty transactions: ${action.gtids.join(', ')}.`;
    case 'reset-binary-logs':
      return 'Delete all its binary logs and forget its GTIDs.';
    case 'set-gtid-purged':
      return `Take ${action.gtid === '' ? 'nothing' : action.gtid} for executed and purged.`;
    case 'set-delay':
      return `Delay it by ${action.seconds} s.`;
    case 'flush-binary-logs':
      return `Begin a new binary log, ${action.times} times.`;
    case 'purge-binary-logs':
      return `Delete its binary logs before ${action.to}.`;
    case 'kill':
      return `Kill ${action.what === 'query' ? 'the statement of session' : 'session'} ${action.id}.`;
    case 'set-credentials':
      return `Give it the replication account of ${keyText(action.credentialsOf)}.`;
    case 'inject-pseudo-gtid':
      return `Write the mark ${action.mark} into its binary log.`;
    case 'log-nothing':
      return 'Write a transaction that changes nothing, so that its acknowledgement releases those before it.';
    case 'set-semi-sync-source':
      return `Switch semi-sync as a source ${action.on ? 'on' : 'off'}.`;
    case 'set-semi-sync-replica':
      return `Switch semi-sync as a replica ${action.on ? 'on' : 'off'}.`;
  }
}

function keyOf(command: Command): string {
  return 'key' in command && command.key !== null ? ` of ${keyText(command.key)}` : '';
}

function threadsText(threads: 'both' | 'io' | 'sql'): string {
  return threads === 'both' ? 'replication' : threads === 'io' ? 'receiving' : 'applying';
}

function modeText(mode: Extract<ServerAction, { readonly kind: 'repoint' }>['mode']): string {
  switch (mode.by) {
    case 'gtid':
      return ' by GTID';
    case 'coordinates':
      return ` from ${mode.at.file}:${mode.at.position} on`;
    case 'same-coordinates':
      return ' at the coordinates that it has';
  }
}
