import { pino } from 'pino';
import type { Log } from '../../engine/ports/runtime.ts';

export interface LogOptions {
  /** Whether debug lines are written; asked at each. */
  readonly debug: () => boolean;
  /** Where lines go; standard error unless a test reads them. */
  readonly destination?: { write(line: string): void };
}

/** Field names whose values never reach a log, whatever they hold. */
const SECRET_FIELDS = ['password', '*.password', 'user.password', 'authorization', '*.authorization'];

/** Structured log lines (JSON) with stable event names. */
export function createLog({ debug, destination }: LogOptions): Log {
  const logger = pino(
    { level: 'debug', base: null, redact: SECRET_FIELDS, timestamp: pino.stdTimeFunctions.isoTime },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
  return {
    debug: (event, message, fields) => debug() && logger.debug({ event, ...fields }, message),
    info: (event, message, fields) => logger.info({ event, ...fields }, message),
    warn: (event, message, fields) => logger.warn({ event, ...fields }, message),
    error: (event, message, fields) => logger.error({ event, ...fields }, message),
  };
}
