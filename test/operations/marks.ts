import { injectedMark, MARK_SCHEMA } from '../../src/main/core/operations/pseudo-gtid/injected-mark.ts';
import type { Lab } from '../lab/index.ts';

/** Takes what `Marks` writes for Pseudo-GTID. */
export const MARK_SETTINGS = {
  PseudoGTIDPattern: `drop view if exists \`${MARK_SCHEMA}\``,
  PseudoGTIDPatternIsFixedSubstring: true,
  PseudoGTIDMonotonicHint: 'asc:',
};

/** Writes Pseudo-GTID entries on the master of a lab, when a test wants them rather than from time to time. */
export class Marks {
  private readonly lab: Lab;
  private count = 0;

  constructor(lab: Lab) {
    this.lab = lab;
  }

  async inject(): Promise<void> {
    const { master } = this.lab;
    this.count += 1;
    const text = injectedMark(Date.now(), master.serverId, this.count.toString(16).padStart(16, '0'));
    await master.query(`drop view if exists \`${MARK_SCHEMA}\`.\`${text}\``);
  }

  /** Until every replica has it: one that has no entry yet is rightly not matched. */
  async injectEverywhere(): Promise<void> {
    await this.inject();
    await this.lab.catchUp();
  }
}
