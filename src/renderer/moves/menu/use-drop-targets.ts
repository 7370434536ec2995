import type { DropTargetView } from '../../../shared/contract/v2/drop-target.ts';
import { engine } from '../../link/index.ts';
import type { MoveMode } from '../../stores/preferences.ts';
import { type Loaded, useLoaded } from '../../ui/use-loaded.ts';

export interface DropQuestion {
  readonly instance: string;
  readonly replicas: boolean;
  readonly mode: MoveMode;
  readonly elsewhere: boolean;
}

/** What dropping a server on each other one would mean. Rejects with CallError. */
export function askDropTargets({
  instance,
  replicas,
  mode,
  elsewhere,
}: DropQuestion): Promise<readonly DropTargetView[]> {
  return engine.call('dropTargets', { params: { instance }, query: { mode, replicas, elsewhere } });
}

export function useDropTargets(
  question: DropQuestion,
): Loaded<readonly DropTargetView[]> & { readonly reload: () => void } {
  const { instance, replicas, mode, elsewhere } = question;
  return useLoaded(() => askDropTargets(question), [instance, replicas, mode, elsewhere]);
}
