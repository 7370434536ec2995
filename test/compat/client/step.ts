import { expect } from 'vitest';
import type { ClientScene } from './client-scene.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** One way to give a command: the stock script, or Baton's own command line. */
export interface Driver {
  readonly name: 'stock' | 'baton';
  /** The ways to write a command with these words; the first one is what is used for what changes something. */
  forms(words: readonly string[]): readonly [readonly string[], ...(readonly string[])[]];
  run(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<Outcome>;
}

/** What a command prints: this text, these lines in any order, or something like it. */
export type Prints = string | readonly string[] | RegExp;

/** One command, what it prints, and what it does to real servers. Servers have their names of the lab throughout. */
export interface Step {
  /** As typed after `-c`; texts with blanks in double quotes. */
  readonly command: string;
  /** Default: nothing. */
  readonly prints?: Prints;
  /** What the stock script prints, where it can't print the same. */
  readonly stockPrints?: Prints;
  /** Default: 0. */
  readonly code?: number;
  /** On stderr; default: nothing. */
  readonly complains?: RegExp;
  /** Whom these replicate from afterwards, on the servers themselves; default: all as before. */
  readonly moves?: Readonly<Record<string, string>>;
  /** Replaces or adds to the environment. */
  readonly env?: (scene: ClientScene) => Readonly<Record<string, string>>;
  /** Makes it so before. */
  readonly given?: (scene: ClientScene) => Promise<unknown>;
  /** Looks whether it is so afterwards, or puts things back. */
  readonly after?: (scene: ClientScene) => Promise<unknown>;
}

export interface Chapter {
  readonly title: string;
  /** None of its commands changes anything, so each may be given in every form there is. */
  readonly looks?: true;
  readonly steps: readonly Step[];
}

/** The words of a command as a shell would hand them over, with the addresses of servers. */
function wordsOf(scene: ClientScene, command: string): readonly string[] {
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return words.map((word) => scene.addressed(word));
}

/** Gives the command, and compares all that came of it. */
export async function runStep(scene: ClientScene, driver: Driver, step: Step, looks: boolean): Promise<void> {
  await step.given?.(scene);
  const before = await scene.shape();
  const [first, ...others] = driver.forms(wordsOf(scene, step.command));
  for (const argv of looks ? [first, ...others] : [first]) {
    const outcome = await driver.run(argv, { ...scene.env, ...step.env?.(scene) });
    compare(scene, driver, step, outcome);
  }
  await expect.poll(() => scene.shape(), { timeout: 15_000 }).toEqual({ ...before, ...step.moves });
  await step.after?.(scene);
}

function compare(scene: ClientScene, driver: Driver, step: Step, { code, out, err }: Outcome): void {
  const printed = scene.named(out);
  const complaint = step.complains === undefined ? '' : expect.stringMatching(step.complains);
  expect({ code, complaint: scene.named(err) }, printed).toEqual({ code: step.code ?? 0, complaint });
  const prints = (driver.name === 'stock' ? step.stockPrints : undefined) ?? step.prints ?? '';
  if (typeof prints === 'string') expect(printed).toBe(prints);
  else if (prints instanceof RegExp) expect(printed).toMatch(prints);
  else expect(printed.split('\n').toSorted()).toEqual(prints.toSorted());
}
