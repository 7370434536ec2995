import { appendFile } from 'node:fs/promises';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import type { AuditNote, AuditSink } from '../../engine/ports/audit.ts';
import type { Log } from '../../engine/ports/runtime.ts';
import { fileLine } from './audit-line.ts';

/** Lines that may wait for a file that hangs; beyond it the new ones are left out. */
const MOST_WAITING = 10_000;
/** As the predecessor: the group may read. */
const FILE_MODE = 0o640;

/**
 * Appends the audit to the file that `AuditLogFile` names at the moment. Lines keep their order; whoever writes one does
 * not wait. The file is opened anew each time, so that it can be rotated.
 */
export class AuditFile implements AuditSink {
  private readonly path: () => string;
  private readonly log: Log;
  private waiting: { readonly path: string; readonly line: string }[] = [];
  private writing: Promise<void> | null = null;
  /** The file that the log was told of; empty while all is well. */
  private failing = '';
  private leftOut = 0;

  /** @param path empty while no file is wanted; asked at each entry */
  constructor(path: () => string, log: Log) {
    this.path = path;
    this.log = log;
  }

  write(note: AuditNote): void {
    const path = this.path();
    if (path === '') return;
    if (this.waiting.length >= MOST_WAITING) {
      this.leftOut += 1;
      return;
    }
    this.waiting.push({ path, line: `${fileLine(note)}\n` });
    this.writing ??= this.writeAll().finally(() => {
      this.writing = null;
    });
  }

  async close(): Promise<void> {
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    // What else is noted in this turn goes with it.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const path = this.waiting[0]?.path ?? '';
      const end = this.waiting.findIndex((each) => each.path !== path);
      const batch = this.waiting.splice(0, end < 0 ? this.waiting.length : end);
      await this.append(path, batch.map(({ line }) => line).join(''));
    }
  }

  private async append(path: string, text: string): Promise<void> {
    try {
      await appendFile(path, text, { mode: FILE_MODE });
      if (this.failing === path) this.log.info('audit.file-again', `The audit is written to ${path} again.`);
      if (this.leftOut > 0)
        this.log.warn('audit.file-late', `${path} was slow: ${this.leftOut} entries are not in it.`);
      this.leftOut = 0;
      this.failing = '';
    } catch (error) {
      if (this.failing === path) return;
      this.failing = path;
      const reason = reasonOf(error);
      this.log.error(
        'audit.file-failed',
        `AuditLogFile: ${path} can't be written, so entries are missing from it: ${reason}. Baton's own database has them all.`,
      );
    }
  }
}
