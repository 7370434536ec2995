import { useEffect } from 'react';
import { create } from 'zustand';

/** Something that the palette offers by name. */
export interface PaletteCommand {
  readonly id: string;
  readonly label: string;
  /** More words by which it is found. */
  readonly description?: string;
  readonly group: string;
  readonly shortcut?: string;
  run(): void;
}

const useCommandStore = create<{ readonly byOwner: ReadonlyMap<symbol, readonly PaletteCommand[]> }>(() => ({
  byOwner: new Map(),
}));

/** Offers commands for as long as the component is there. `commands` must be memoized. */
export function useOfferedCommands(commands: readonly PaletteCommand[]): void {
  useEffect(() => {
    const owner = Symbol('commands');
    useCommandStore.setState(({ byOwner }) => ({ byOwner: new Map(byOwner).set(owner, commands) }));
    return () =>
      useCommandStore.setState(({ byOwner }) => {
        const after = new Map(byOwner);
        after.delete(owner);
        return { byOwner: after };
      });
  }, [commands]);
}

/** All commands that are offered now. */
export function useCommands(): readonly PaletteCommand[] {
  const byOwner = useCommandStore((state) => state.byOwner);
  return [...byOwner.values()].flat();
}
