import { PROMOTION_RULES, type PromotionRule } from '../../../shared/domain/instance.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { BatonError } from '../../../shared/errors/baton-error.ts';
import { matchesHostFilters } from '../../../shared/settings/host-filters.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { resultPhrase } from '../../core/replay/compare.ts';
import { type RecoveryFile, RecoveryFileError, recoveryFileOf } from '../../core/replay/recovery-file.ts';
import { type ReplayReport, replay } from '../../core/replay/replay.ts';
import type { RoutineInput } from '../../core/routines/routine.ts';
import { routineSettings } from '../routines/routine-input.ts';

export type { ReplayStep } from '../../core/replay/replay.ts';

/** What to assume instead of what was recorded. */
export interface WhatIf {
  readonly settings?: Settings;
  /** `host:port=rule`, with commas between. */
  readonly promotionRules?: string;
}

export interface ReplayedRecovery {
  /** Which routine it is, and when it began. */
  readonly title: string;
  /** What differs from the recording at the start, a phrase each. */
  readonly changed: readonly string[];
  readonly report: ReplayReport;
  /** What came of it, then and now. */
  readonly outcome: string;
}

/**
 * Runs a recorded routine again on what its servers answered, maybe with other settings.
 * @param name of the file, for messages
 * @throws BatonError when the document is no recovery file, or one of another version
 */
export function replayRecovery(document: unknown, whatIf: WhatIf, name: string): ReplayedRecovery {
  const file = opened(document, name);
  const start = changedStart(file.start, whatIf);
  const report = orExplained(() => replay(file, start), name);
  return {
    title: `${start.kind} ${start.name}, begun ${new Date(start.picture.atMs).toISOString()}, written by Baton ${file.writtenBy} (${file.uid})`,
    changed: changesBetween(file.start, start),
    report,
    outcome: outcomeOf(report),
  };
}

function opened(document: unknown, name: string): RecoveryFile {
  return orExplained(() => recoveryFileOf(document), name);
}

function orExplained<T>(work: () => T, name: string): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RecoveryFileError)) throw error;
    throw new BatonError('invalid-argument', `${name} can't be replayed. ${error.message}`, { cause: error });
  }
}

function changedStart(start: RoutineInput, { settings, promotionRules }: WhatIf): RoutineInput {
  const rules = promotionRules === undefined ? [] : parsedRules(promotionRules, start);
  const overridden = new Set(rules.map(({ key }) => keyText(key)));
  const picture = {
    ...start.picture,
    promotionRules: [...start.picture.promotionRules.filter(({ key }) => !overridden.has(keyText(key))), ...rules],
  };
  if (settings === undefined) return { ...start, picture };
  const promotionIgnored = picture.snapshots
    .filter(({ key }) => matchesHostFilters(settings.PromotionIgnoreHostnameFilters, key))
    .map(({ key }) => keyText(key));
  return { ...start, picture: { ...picture, promotionIgnored }, settings: routineSettings(settings) };
}

function parsedRules(text: string, start: RoutineInput): RoutineInput['picture']['promotionRules'] {
  return text.split(',').map((each) => {
    const [id = '', rule = ''] = each.split('=').map((part) => part.trim());
    const snapshot = start.picture.snapshots.find(({ key }) => keyText(key) === id);
    if (snapshot === undefined) {
      const known = start.picture.snapshots.map(({ key }) => keyText(key)).join(', ');
      throw new BatonError('invalid-argument', `${id} is not in the recording; these are: ${known}.`);
    }
    if (!isRule(rule)) {
      throw new BatonError(
        'invalid-argument',
        `"${rule}" is no promotion rule; these are: ${PROMOTION_RULES.join(', ')}.`,
      );
    }
    return { key: snapshot.key, rule };
  });
}

function isRule(text: string): text is PromotionRule {
  return (PROMOTION_RULES as readonly string[]).includes(text);
}

function changesBetween(before: RoutineInput, after: RoutineInput): readonly string[] {
  const settings = Object.entries(after.settings).flatMap(([name, value]) => {
    const was = JSON.stringify(before.settings[name as keyof typeof before.settings]);
    return was === JSON.stringify(value) ? [] : [`${name} were ${JSON.stringify(value)} instead of ${was}`];
  });
  const old = new Map(before.picture.promotionRules.map(({ key, rule }) => [keyText(key), rule]));
  const rules = after.picture.promotionRules
    .filter(({ key, rule }) => old.get(keyText(key)) !== rule)
    .map(
      ({ key, rule }) =>
        `the promotion rule of ${keyText(key)} were ${rule} instead of ${old.get(keyText(key)) ?? 'none'}`,
    );
  return [...settings, ...rules];
}

function outcomeOf({ divergences, interrupted, brokeOff, recordedResult, result }: ReplayReport): string {
  if (interrupted) {
    const [first] = divergences;
    const end = 'The recording ends here: Baton was stopped or killed.';
    return first === undefined ? `${end} Up to here everything was decided alike.` : end;
  }
  const now = brokeOff === '' ? resultPhrase(result) : `It broke off: ${brokeOff}`;
  if (divergences.length === 0) return `Everything was decided alike. ${now}`;
  return `Then: ${resultPhrase(recordedResult)}\nNow:  ${now}`;
}
