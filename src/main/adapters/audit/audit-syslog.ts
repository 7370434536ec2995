import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { AuditNote, AuditSink } from '../../engine/ports/audit.ts';
import type { Log } from '../../engine/ports/runtime.ts';
import { syslogLine } from './audit-line.ts';

type Logger = ChildProcessByStdio<Writable, null, null>;

export interface SyslogOptions {
  /** Whether entries are wanted; asked at each. */
  readonly wanted: () => boolean;
  readonly log: Log;
  /** Program that passes each line of its input on to syslog; `logger` unless a test has its own. */
  readonly program?: { readonly command: string; readonly args: readonly string[] };
}

/** `logger` is on every system that has a syslog, and knows how to reach it (POSIX; util-linux logger(1)). */
const LOGGER = { command: 'logger', args: ['-t', 'baton', '-p', 'daemon.info'] } as const;
/** Bytes that may wait for a logger that doesn't read; beyond it entries are left out. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;
/** A logger that has run for so long, ms, counts as one that works. */
const PROVEN_MS = 10_000;
/** How long a logger may take to pass on what is left when Baton stops, ms. */
const END_LIMIT_MS = 2000;

/** Sends the audit to syslog, through one `logger` that is started with the first entry and again when it has ended. */
export class AuditSyslog implements AuditSink {
  private readonly options: SyslogOptions;
  private logger: Logger | null = null;
  private startedMs = 0;
  private failing = false;
  private closed = false;

  constructor(options: SyslogOptions) {
    this.options = options;
  }

  /** No program runs. */
  get isIdle(): boolean {
    return this.logger === null;
  }

  write(note: AuditNote): void {
    if (this.closed || !this.options.wanted()) return;
    const logger = this.logger ?? this.start();
    if (logger.stdin.writableLength > MOST_WAITING_BYTES) {
      this.fail('it does not read what it is given');
      return;
    }
    logger.stdin.write(`${syslogLine(note)}\n`, (error) => {
      if (error || !this.failing || logger !== this.logger || performance.now() - this.startedMs < PROVEN_MS) return;
      this.failing = false;
      this.options.log.info('audit.syslog-again', 'The audit is sent to syslog again.');
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    const { logger } = this;
    if (logger === null) return;
    const ended = new Promise<void>((resolve) => logger.once('close', () => resolve()));
    logger.stdin.end();
    const limit = setTimeout(() => logger.kill('SIGKILL'), END_LIMIT_MS);
    await ended;
    clearTimeout(limit);
  }

  private start(): Logger {
    const { command, args } = this.options.program ?? LOGGER;
    // Of Baton's own environment, where passwords may be, it needs nothing but the place of programs.
    const env = { PATH: process.env.PATH ?? '' };
    const logger = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'], env });
    this.logger = logger;
    this.startedMs = performance.now();
    const gone = (reason: string): void => {
      if (this.logger === logger) this.logger = null;
      if (!this.closed) this.fail(reason);
    };
    logger.once('error', (error) => gone(error.message));
    logger.stdin.on('error', (error) => gone(error.message));
    logger.once('exit', (code, signal) => gone(`it ended with ${signal ?? `code ${code}`}`));
    return logger;
  }

  private fail(reason: string): void {
    if (this.failing) return;
    this.failing = true;
    this.options.log.error(
      'audit.syslog-failed',
      `AuditToSyslog: the program ${(this.options.program ?? LOGGER).command} can't be used, so entries are missing from syslog: ${reason}. Baton's own database has them all.`,
    );
  }
}
