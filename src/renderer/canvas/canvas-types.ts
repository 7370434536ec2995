import type { Member } from '../../shared/contract/v2/instance.ts';

/** How a topology is drawn; the reader's preferences, or what a viewer fixes. */
export interface CanvasOptions {
  /** Childless siblings in the same data center as one box. */
  readonly compact: boolean;
  readonly colourByDataCenter: boolean;
  readonly showPools: boolean;
  /** Boxes titled by what servers call themselves instead of by host name. */
  readonly showAliases: boolean;
}

/** What goes on with a server while something is dragged or done; shown on its box, with the words. */
export interface NodeMark {
  readonly state: MarkState;
  /** What would happen, why it can't be, or the step that is done; ready for people, names masked where they have to be. */
  readonly text: string;
  /** What a drop on its crown would be, where that differs. */
  readonly crown?: { readonly state: 'allowed' | 'unsure' | 'forbidden'; readonly text: string };
}

export type MarkState = 'allowed' | 'unsure' | 'forbidden' | 'dragged' | 'step-running' | 'step-done' | 'step-failed';

/** What is dragged: servers themselves (what replicates from them comes along), or the replicas of one. */
export interface DragSubject {
  readonly ids: readonly string[];
  /** The replicas of `ids[0]` move, and it stays. */
  readonly withReplicas: boolean;
}

/** Where something is dropped: on a box, or on its crown, which is its left end: to take its place. */
export interface DropTarget {
  readonly id: string;
  readonly zone: 'onto' | 'crown';
}

/** A place in the window, in CSS pixels. */
export interface WindowPoint {
  readonly x: number;
  readonly y: number;
}

/** What whoever shows a canvas wants to hear. What is left out can't be done there. */
export interface CanvasHooks {
  /** Enter, or a click. */
  readonly onNodeOpen?: (id: string) => void;
  /** Right click, the menu key or Shift+F10; where the menu is to open. */
  readonly onNodeContextMenu?: (id: string, at: WindowPoint) => void;
  readonly onSelectionChange?: (ids: ReadonlySet<string>) => void;
  /** Whether these may be dragged; asked when it begins. Everything may when it is left out and `onDrop` is there. */
  readonly canDrag?: (subject: DragSubject) => boolean;
  readonly onDragStart?: (subject: DragSubject) => void;
  /** Whenever what is under the pointer changes; null for nothing. */
  readonly onDragOver?: (target: DropTarget | null) => void;
  readonly onDrop?: (subject: DragSubject, target: DropTarget) => void;
  /** After a drop, and when the drag is given up (Escape, dropped on nothing). */
  readonly onDragEnd?: () => void;
}

/** The lag of members at their last polls in seconds, oldest first; null where it was not known. */
export type LagHistory = ReadonlyMap<string, readonly (number | null)[]>;

/** What is wrong with servers beyond what their own state tells: analyses, by member. Texts are ready for people. */
export type CanvasFindings = ReadonlyMap<string, readonly { readonly code: string; readonly text: string }[]>;

/** What can be asked of a canvas from outside. */
export interface CanvasHandle {
  /** Opens what hides a member, brings it into view and focuses it. False when there is no such member. */
  reveal(id: string): boolean;
  fit(): void;
  /** Gives a member's box the keyboard and leaves the view as it is. */
  focus(id: string): void;
}

export type Members = ReadonlyMap<string, Member>;
