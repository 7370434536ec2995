import type { Work } from '../engine/work-under-way.ts';
import { filled, type ShellTexts } from './texts/index.ts';

/** What is asked before the program ends. */
export interface QuitQuestion {
  readonly message: string;
  readonly detail: string;
  readonly quit: string;
  readonly stay: string;
}

export interface QuitFacts {
  readonly work: Work;
  /** Whose engine does it. */
  readonly engine: { readonly kind: 'embedded' | 'remote'; readonly address: string };
  readonly titleOf: (clusterName: string) => string;
}

/** The question to ask before ending; null when nothing speaks against it. */
export function quitQuestion({ work, engine, titleOf }: QuitFacts, texts: ShellTexts): QuitQuestion | null {
  const { quit } = texts;
  const buttons = { quit: quit.quit, stay: quit.stay };
  const here = engine.kind === 'embedded';
  if (work.recoveries.length > 0) {
    const cluster = work.recoveries.map(({ clusterName }) => titleOf(clusterName)).join(', ');
    const message = filled(here ? quit.recoveringHere : quit.recoveringThere, { cluster });
    const detail = here ? quit.recoveringHereDetail : quit.recoveringThereDetail;
    return { message, detail: filled(detail, { engine: engine.address }), ...buttons };
  }
  if (work.changes === 0) return null;
  const detail = here ? quit.changingHereDetail : quit.changingThereDetail;
  const message = here ? quit.changingHere : quit.changingThere;
  return { message, detail: filled(detail, { engine: engine.address }), ...buttons };
}
