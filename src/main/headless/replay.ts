import { readFileSync } from 'node:fs';
import { BatonError, EXIT_CODES } from '../../shared/errors/baton-error.ts';
import { reasonOf } from '../../shared/errors/reason-of.ts';
import { loadConfiguration } from '../adapters/config/load-configuration.ts';
import { unpackRecovery } from '../adapters/recovery-file/recovery-archive.ts';
import {
  type ReplayedRecovery,
  type ReplayStep,
  replayRecovery,
  type WhatIf,
} from '../engine/services/replay-recovery.ts';

export interface ReplayOptions {
  readonly file: string;
  /** Decide by this configuration instead of the recorded settings. */
  readonly config?: string;
  /** Promotion rules to assume, `host:port=rule` with commas between. */
  readonly promotionRules?: string;
  /** Print one JSON document. */
  readonly json: boolean;
}

/** Nothing else that a replay finds is an error: it ended as it was asked to. */
const DECIDED_OTHERWISE = 1;

/**
 * Runs a recorded recovery or operation again, without any server, and prints what it decides.
 * @returns the exit code: 0 when everything was decided alike, 1 when something wasn't, else as for other errors
 */
export function replayFile(options: ReplayOptions, out: { write(text: string): unknown }): number {
  try {
    const replayed = replayRecovery(
      unpackRecovery(contents(options.file), options.file),
      whatIf(options),
      options.file,
    );
    out.write(options.json ? `${JSON.stringify(replayed, null, 2)}\n` : textOf(replayed));
    return replayed.report.divergences.length === 0 ? 0 : DECIDED_OTHERWISE;
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    process.stderr.write(`baton: ${error.text}\n`);
    return EXIT_CODES[error.code];
  }
}

function contents(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = reasonOf(error);
    throw new BatonError('invalid-argument', `${file} can't be read: ${reason}`, { cause: error });
  }
}

function whatIf({ config, promotionRules }: ReplayOptions): WhatIf {
  const rules = promotionRules === undefined ? {} : { promotionRules };
  if (config === undefined) return rules;
  const loaded = loadConfiguration({ configFile: config, env: process.env });
  if (loaded.ok) return { ...rules, settings: loaded.settings };
  const errors = loaded.findings.filter(({ level }) => level === 'error').map(({ message }) => message);
  throw new BatonError('configuration', `${config} can't be used: ${errors.join(' ')}`);
}

function textOf({ title, changed, report, outcome }: ReplayedRecovery): string {
  const lines = [title, ...changed.map((each) => `What if ${each}`), ''];
  for (const step of report.steps) lines.push(...stepLines(step));
  if (report.steps.some(({ match }) => match !== 'same')) lines.push('', LEGEND);
  lines.push('');
  for (const { place, recorded, replayed, because, recordedBecause } of report.divergences) {
    lines.push(`Decided otherwise at ${place === 'the end' ? place : `step ${place}`}:`);
    lines.push(`  then  ${recorded || 'nothing more'}`, ...recordedBecause.map((reason) => `        ${reason}`));
    lines.push(`  now   ${replayed || 'nothing more'}`, ...because.map((reason) => `        ${reason}`), '');
  }
  return `${[...lines, outcome].join('\n')}\n`;
}

const LEGEND = '! is not as it was recorded; ? is what would follow then, if all went well.';

const MARKS: Readonly<Record<ReplayStep['match'], string>> = { same: ' ', different: '!', predicted: '?' };

function stepLines({ place, text, statement, tookMs, error, match }: ReplayStep): readonly string[] {
  const took = tookMs === null ? '' : `  (${tookMs} ms)`;
  const failed = error === '' ? '' : `  failed: ${error}`;
  const indent = ' '.repeat(13);
  const statements = statement.split('\n').filter((line) => line !== '');
  return [`${MARKS[match]} ${place.padEnd(10)} ${text}${took}${failed}`, ...statements.map((line) => indent + line)];
}
