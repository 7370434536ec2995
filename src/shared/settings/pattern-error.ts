/** What is wrong with a pattern, and where. `offset` is an index into it; `position` counts from 1. */
export class PatternError extends Error {
  readonly position: number;

  constructor(message: string, offset: number) {
    super(message);
    this.position = offset + 1;
  }
}
