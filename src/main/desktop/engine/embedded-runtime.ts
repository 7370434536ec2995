/** The oldest Node that an engine's database runs on (better-sqlite3 13). */
const OLDEST_NODE = 22;

/** Why this runtime can't run an engine of its own; null when it can. @param nodeVersion as of `process.versions.node` */
export function embeddedProblem(nodeVersion: string): string | null {
  const [major = 0] = nodeVersion.split('.').map(Number);
  if (major >= OLDEST_NODE) return null;
  return (
    `This build of Baton runs on Node ${nodeVersion}, and the engine needs ${OLDEST_NODE} or newer. ` +
    'It can attach to an engine that runs elsewhere: start one with "baton serve" and use Connect to….'
  );
}
