import type { Log } from '../../../src/main/engine/ports/runtime.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  readonly message: string;
}

/** Keeps what was logged. */
export class RecordingLog implements Log {
  readonly lines: LogLine[] = [];

  debug(event: string, message: string): void {
    this.lines.push({ level: 'debug', event, message });
  }

  info(event: string, message: string): void {
    this.lines.push({ level: 'info', event, message });
  }

  warn(event: string, message: string): void {
    this.lines.push({ level: 'warn', event, message });
  }

  error(event: string, message: string): void {
    this.lines.push({ level: 'error', event, message });
  }

  /** Messages of one event, oldest first. */
  of(event: string): readonly string[] {
    return this.lines.filter((line) => line.event === event).map((line) => line.message);
  }

  get errors(): readonly string[] {
    return this.lines.filter((line) => line.level === 'error').map((line) => `${line.event}: ${line.message}`);
  }
}
