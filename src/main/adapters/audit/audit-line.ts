import type { AuditNote } from '../../engine/ports/audit.ts';

/** An entry as a line of the audit file: tab-separated, in the predecessor's order, time in UTC. No line break. */
export function fileLine({ atMs, type, key, clusterName, message }: AuditNote): string {
  const time = new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
  return [time, type, key?.hostname ?? '', key?.port ?? 0, `[${clusterName}]`, message, ''].map(onOneLine).join('\t');
}

/** An entry as a message for syslog. */
export function syslogLine({ type, key, clusterName, message }: AuditNote): string {
  const instance = key === null ? '' : `${key.hostname}:${key.port}`;
  return onOneLine(`auditType:${type} instance:${instance} cluster:${clusterName} message:${message}`);
}

/** Texts come from people and servers: none may begin a line of its own, or pass for another column. */
function onOneLine(text: string | number): string {
  return String(text).replace(/\p{Cc}+/gu, ' ');
}
