/** What a box stands for: a member, a server that Baton does not know, or several childless siblings. */
export type BoxKind = 'member' | 'ghost' | 'bundle';

/** How a box hangs below the one before it. */
export type Tie =
  | 'none'
  | 'replicates'
  /** Its source's name was made invalid on purpose. */
  | 'detached'
  /** A secondary of a replication group below its primary. */
  | 'group'
  /** A replica that its source tells of and Baton does not know. */
  | 'unknown';

/** A box before it has a place. */
export interface OutlineItem {
  readonly id: string;
  readonly kind: BoxKind;
  /** One member, those of a bundle, or none. */
  readonly memberIds: readonly string[];
  readonly tie: Tie;
  /** Of a ghost: the server as others name it (`host:port`). */
  readonly ghostOf: string;
  readonly children: readonly OutlineItem[];
  /** Members below it that are not drawn because it is collapsed. */
  readonly hiddenIds: readonly string[];
  /** How many boxes hang below it, whether they are drawn or not. */
  readonly childCount: number;
}

/** Trees, side by side. Those of a ring stand next to each other. */
export interface Outline {
  readonly roots: readonly OutlineItem[];
  /** Members that replicate from each other in a circle, downwards; each is a root. */
  readonly rings: readonly (readonly string[])[];
  /** Member id to the id of the box that stands for it: its own, a bundle's, or that of a collapsed box above. */
  readonly boxOf: ReadonlyMap<string, string>;
}

/** A box in its place, in canvas units; x and y are its upper left corner. */
export interface Box {
  readonly id: string;
  readonly kind: BoxKind;
  readonly memberIds: readonly string[];
  readonly tie: Tie;
  readonly ghostOf: string;
  readonly hiddenIds: readonly string[];
  readonly childCount: number;
  /** The box before it; null at the top. */
  readonly parentId: string | null;
  readonly childIds: readonly string[];
  /** Which column it stands in. */
  readonly depth: number;
  /** Many childless siblings stand in several columns; 0 in the first one, and for all others. */
  readonly gridColumn: number;
  readonly inRing: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** From `x1`,`y1` to `x2`,`y2`; level or upright. */
export type Line = readonly [x1: number, y1: number, x2: number, y2: number];

/** The lines along which the boxes below one hang, up to where the end of each connection begins. */
export interface Trunk {
  readonly parentId: string;
  readonly lines: readonly Line[];
}

/** What is drawn round boxes that belong together: a replication group, or before a ring. */
export interface Frame {
  readonly id: string;
  readonly kind: 'group' | 'ring';
  readonly memberIds: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Corners of a group's outline, relative to x and y. */
  readonly outline: readonly (readonly [number, number])[];
}

export interface TopologyLayout {
  readonly boxes: readonly Box[];
  readonly byId: ReadonlyMap<string, Box>;
  readonly boxOf: ReadonlyMap<string, string>;
  readonly trunks: readonly Trunk[];
  readonly frames: readonly Frame[];
  readonly width: number;
  readonly height: number;
}

/** What is folded away. */
export interface Folding {
  readonly compact: boolean;
  /** Boxes whose subtree is not drawn. */
  readonly collapsed: ReadonlySet<string>;
  /** Bundles that were opened. */
  readonly opened: ReadonlySet<string>;
}
