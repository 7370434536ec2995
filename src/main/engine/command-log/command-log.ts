import type { Command } from '../../../shared/domain/command.ts';
import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { applyCommand } from '../../core/commands/reducer.ts';
import type { ResultOf } from '../../core/commands/results.ts';
import { restoreState, snapshotState } from '../../core/commands/snapshot.ts';
import { type CommandState, EMPTY_STATE } from '../../core/commands/state.ts';
import type { Clock, Log } from '../ports/runtime.ts';
import { type CommandStore, type LoggedCommand, StoreError } from '../ports/state-store.ts';

/** Told of each command that changed the state, in order; `state` is the one right after it. */
export type AppliedListener = (command: Command, result: ResultOf<Command>, state: CommandState) => void;

export interface CommandLogOptions {
  readonly store: CommandStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Commands after which the state is saved, so that a start needn't replay more. */
  readonly snapshotEvery?: number;
}

interface Proposal {
  readonly command: Command;
  readonly resolve: (result: ResultOf<Command>) => void;
  readonly reject: (error: unknown) => void;
}

interface Change extends LoggedCommand {
  readonly result: ResultOf<Command>;
  readonly state: CommandState;
}

type Outcome = { readonly proposal: Proposal } & ({ readonly result: ResultOf<Command> } | { readonly error: unknown });

/**
 * The one way to change what must survive. Commands are applied in the order in which they were proposed; those that
 * come in one turn of the event loop share one flush to disk. A command that changes nothing isn't logged.
 */
export class CommandLog {
  readonly #options: Required<CommandLogOptions>;
  readonly #listeners = new Set<AppliedListener>();
  #state: CommandState;
  #seq: number;
  #savedSeq: number;
  #queue: Proposal[] = [];
  #isSaving = false;
  #isClosed = false;

  private constructor(options: CommandLogOptions) {
    this.#options = { snapshotEvery: 2000, ...options };
    const { snapshot, commands } = options.store.loadCommands();
    this.#savedSeq = snapshot?.seq ?? 0;
    this.#seq = commands.at(-1)?.seq ?? this.#savedSeq;
    this.#state = replay(snapshot === null ? EMPTY_STATE : restoreState(snapshot.state), commands);
  }

  /**
   * Loads the saved state and replays what came after it.
   * @throws StoreError when the store can't be read, or holds what only a later version of Baton understands.
   */
  static open(options: CommandLogOptions): CommandLog {
    try {
      return new CommandLog(options);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const reason = reasonOf(error);
      const hint = 'Start the version of Baton that wrote the data, or a later one.';
      throw new StoreError(
        'newer-version',
        options.store.path,
        `The command log in ${options.store.path} can't be replayed: ${reason}`,
        { hint, cause: error },
      );
    }
  }

  /** The state after the last command that was saved. */
  state(): CommandState {
    return this.#state;
  }

  /** Number of the last command that was saved; 0 before the first. */
  seq(): number {
    return this.#seq;
  }

  /**
   * Applies a command once it is safe on disk. When saving fails the promise rejects with StoreError and the state
   * stays as it was. Commands take effect in the order of the calls.
   */
  propose<C extends Command>(command: C): Promise<ResultOf<C>> {
    return new Promise<ResultOf<C>>((resolve, reject) => {
      if (this.#isClosed) {
        reject(new StoreError('closed', this.#options.store.path, 'Baton is shutting down and takes no more changes.'));
        return;
      }
      this.#queue.push({ command, resolve: resolve as Proposal['resolve'], reject });
      if (this.#queue.length === 1) queueMicrotask(() => this.#flush());
    });
  }

  /** @returns a function that ends the subscription. */
  onApplied(listener: AppliedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Saves what was proposed and the state; later proposals are refused. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#flush();
    this.#saveState();
  }

  #flush(): void {
    const proposals = this.#queue;
    if (proposals.length === 0) return;
    this.#queue = [];
    const { changes, outcomes } = this.#apply(proposals);
    try {
      if (changes.length > 0) this.#options.store.appendCommands(changes.map(toLogged));
    } catch (error) {
      for (const { reject } of proposals) reject(error);
      return;
    }
    const last = changes.at(-1);
    if (last) {
      this.#state = last.state;
      this.#seq = last.seq;
    }
    for (const change of changes) this.#notify(change);
    for (const outcome of outcomes) settle(outcome);
    this.#saveStateSoon();
  }

  /** Works on copies: what callers do to their objects later can't reach the state, nor differ from a replay. */
  #apply(proposals: readonly Proposal[]): {
    readonly changes: readonly Change[];
    readonly outcomes: readonly Outcome[];
  } {
    const changes: Change[] = [];
    const outcomes: Outcome[] = [];
    const atMs = this.#options.clock.nowMs();
    let state = this.#state;
    for (const proposal of proposals) {
      try {
        const command: Command = JSON.parse(JSON.stringify(proposal.command));
        const applied = applyCommand(state, command);
        outcomes.push({ proposal, result: applied.result });
        if (applied.state === state) continue;
        state = applied.state;
        changes.push({ seq: this.#seq + changes.length + 1, atMs, command, result: applied.result, state });
      } catch (error) {
        outcomes.push({ proposal, error });
      }
    }
    return { changes, outcomes };
  }

  #notify({ command, result, state }: Change): void {
    for (const listener of this.#listeners) {
      try {
        listener(command, result, state);
      } catch (error) {
        this.#options.log.error('command-log.listener', `A listener failed on the command ${command.type}.`, { error });
      }
    }
  }

  #saveStateSoon(): void {
    if (this.#isSaving || this.#seq - this.#savedSeq < this.#options.snapshotEvery) return;
    this.#isSaving = true;
    this.#options.clock.after(0, () => {
      this.#isSaving = false;
      if (!this.#isClosed) this.#saveState();
    });
  }

  /** The commands themselves are safe already, so a failure here only makes the next start slower. */
  #saveState(): void {
    if (this.#savedSeq === this.#seq) return;
    try {
      const state = snapshotState(this.#state);
      this.#options.store.saveState({ seq: this.#seq, atMs: this.#options.clock.nowMs(), state });
      this.#savedSeq = this.#seq;
    } catch (error) {
      const reason = reasonOf(error);
      this.#options.log.warn('command-log.snapshot', `The state was not saved, its commands are. ${reason}`);
    }
  }
}

function replay(state: CommandState, commands: readonly LoggedCommand[]): CommandState {
  return commands.reduce((before, { command }) => applyCommand(before, command).state, state);
}

function toLogged({ seq, atMs, command }: Change): LoggedCommand {
  return { seq, atMs, command };
}

function settle(outcome: Outcome): void {
  if ('error' in outcome) outcome.proposal.reject(outcome.error);
  else outcome.proposal.resolve(outcome.result);
}
