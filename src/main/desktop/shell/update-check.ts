import { reasonOf } from '../../../shared/errors/reason-of.ts';
import { filled, type ShellTexts } from './texts/index.ts';

/** What is used of electron-updater. */
export interface Updater {
  /** Null when nothing newer is there. */
  newest(): Promise<string | null>;
  /** Resolves when it is there to be installed at the next end of the program. */
  download(): Promise<void>;
}

export interface UpdateFacts {
  readonly packaged: boolean;
  /** The build has an update feed. */
  readonly hasFeed: boolean;
  readonly version: string;
}

export interface UpdateDialogs {
  tell(message: string, detail: string): Promise<void>;
  ask(message: string, detail: string, yes: string, no: string): Promise<boolean>;
}

/** Why this program can't update itself; empty when it can. */
function updateProblem({ packaged, hasFeed }: UpdateFacts, { update }: ShellTexts): string {
  if (!packaged) return update.notPackaged;
  return hasFeed ? '' : update.noFeed;
}

/**
 * Looks for a newer version, and gets it when the person says so; installs nothing while the program runs.
 * @param quiet says nothing unless there is a newer one: nobody asked
 */
export async function checkForUpdate(
  facts: UpdateFacts,
  updater: () => Promise<Updater>,
  dialogs: UpdateDialogs,
  texts: ShellTexts,
  quiet: boolean,
): Promise<void> {
  const { update } = texts;
  const tell = (message: string) => (quiet ? Promise.resolve() : dialogs.tell(message, ''));
  const problem = updateProblem(facts, texts);
  if (problem !== '') return tell(problem);
  try {
    const feed = await updater();
    const version = await feed.newest();
    if (version === null) return await tell(filled(update.newest, { version: facts.version }));
    if (!(await dialogs.ask(filled(update.found, { version }), update.foundDetail, update.download, update.later)))
      return;
    await feed.download();
    await dialogs.tell(filled(update.ready, { version }), '');
  } catch (error) {
    await tell(filled(update.failed, { reason: reasonOf(error) }));
  }
}
