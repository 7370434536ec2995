/** The rules that every run is held to; each can fail (see README.md). */
export type Invariant =
  | 'one-writeable-master'
  | 'nothing-received-is-lost'
  | 'acknowledged-is-kept'
  | 'done-is-done'
  | 'refused-touches-nothing'
  | 'undone-is-undone'
  | 'left-names-a-repair'
  | 'no-gap-no-double'
  | 'locks-are-released'
  | 'comes-to-an-end'
  | 'killed-is-repairable'
  | 'replays-alike'
  | 'throws-nothing';

export interface Violation {
  readonly invariant: Invariant;
  readonly message: string;
}

export function violation(invariant: Invariant, message: string): Violation {
  return { invariant, message };
}
