/** What was noticed about settings. An `error` means that the settings must not be used. */
export interface Finding {
  readonly level: FindingLevel;
  /** The setting it is about, as the table spells it; an unknown name as the file spells it; empty for a whole file. */
  readonly key: string;
  /** A sentence for a person. Never holds the value of a secret. */
  readonly message: string;
}

export type FindingLevel = 'error' | 'warning' | 'info';

export function finding(level: FindingLevel, key: string, message: string): Finding {
  return { level, key, message };
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((each) => each.level === 'error');
}
