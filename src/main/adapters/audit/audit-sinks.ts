import type { Settings } from '../../../shared/settings/settings.ts';
import type { AuditSink } from '../../engine/ports/audit.ts';
import type { Log } from '../../engine/ports/runtime.ts';
import { AuditFile } from './audit-file.ts';
import { AuditSyslog } from './audit-syslog.ts';

/** The places beside Baton's own database that the settings in force name for the audit. */
export function auditSinks(inForce: () => Settings, log: Log): AuditSink {
  const sinks: readonly AuditSink[] = [
    new AuditFile(() => inForce().AuditLogFile, log),
    new AuditSyslog({ wanted: () => inForce().AuditToSyslog, log }),
  ];
  return {
    write: (note) => {
      for (const sink of sinks) sink.write(note);
    },
    close: async () => {
      await Promise.all(sinks.map((sink) => sink.close()));
    },
  };
}
