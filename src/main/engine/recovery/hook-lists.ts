import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { AnalysisSummary } from '../../../shared/domain/recovery.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { type HookSuccessor, hookData, hookFailureText } from '../../core/recovery-hooks/hook-data.ts';
import type { HookList, Outcome } from '../../core/sagas/effects.ts';
import type { HookPort, HookResult } from '../ports/hooks.ts';

export interface HookSituation {
  readonly analysis: AnalysisSummary;
  readonly isGroupMember: boolean;
  readonly recoveryUid: string;
  readonly isSuccessful: boolean;
  readonly lostReplicas: readonly InstanceKey[];
  readonly successor: HookSuccessor | null;
}

export interface HookListsDeps {
  readonly hooks: HookPort;
  readonly settings: () => Settings;
  readonly hostname: string;
}

/** Lists whose first failing hook ends the list and what it guards (recovery reference, section 5.1). */
const STOPS_AT_FAILURE: ReadonlySet<HookList> = new Set([
  'OnFailureDetectionProcesses',
  'PreGracefulTakeoverProcesses',
  'PreFailoverProcesses',
]);

/** Runs the configured lists of hooks, in order, and says of each what came of it. */
export class HookLists {
  private readonly deps: HookListsDeps;

  constructor(deps: HookListsDeps) {
    this.deps = deps;
  }

  /** Never rejects. `say` is told a line for each hook. */
  async run(list: HookList, situation: HookSituation, say: (message: string) => void): Promise<Outcome<void>> {
    const commands = this.deps.settings()[list];
    if (commands.length === 0) {
      say(`No ${list} are configured.`);
      return OK;
    }
    const data = hookData({ ...situation, orchestratorHost: this.deps.hostname });
    let first: string | null = null;
    for (const [index, command] of commands.entries()) {
      const ordinal = index + 1;
      say(`Running hook ${ordinal} of ${commands.length} of ${list}: ${command}`);
      const result = await this.deps.hooks.run({ command, ...data });
      say(summary(list, ordinal, result));
      if (result.ok || result.background) continue;
      first ??= hookFailureText(list, ordinal, result.error);
      if (STOPS_AT_FAILURE.has(list)) break;
    }
    return first === null ? OK : { ok: false, failure: { kind: 'hook', message: first } };
  }
}

const OK: Outcome<void> = { ok: true, value: undefined };

function summary(list: HookList, ordinal: number, result: HookResult): string {
  if (result.background) return `Hook ${ordinal} of ${list} runs in the background.`;
  const output = result.output.trim();
  const said = output === '' ? '' : ` Output: ${output}${result.outputTruncated ? ' … (cut)' : ''}`;
  if (result.ok) return `Hook ${ordinal} of ${list} is done after ${Math.round(result.durationMs)} ms.${said}`;
  return `${hookFailureText(list, ordinal, result.error)}${said}`;
}
