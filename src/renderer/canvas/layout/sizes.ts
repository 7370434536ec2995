/** Sizes of the canvas, in its units: CSS pixels at zoom 1. */

export const BOX_WIDTH = 236;
export const BOX_HEIGHT = 76;
export const GHOST_HEIGHT = 48;
/** Between columns: room for the trunk and for what is told of each connection. */
export const COLUMN_GAP = 92;
/** From a box to the trunk of what hangs below it. */
export const TRUNK_OFFSET = 30;
export const SIBLING_GAP = 12;
export const COUSIN_GAP = 26;
export const TREE_GAP = 44;
export const FRAME_PADDING = 5;
/** How far left of its members a ring's bracket stands. */
export const RING_OFFSET = 34;

/** More childless siblings than this are drawn as one box until somebody opens it. */
export const MOST_SIBLINGS = 40;
/** More unknown replicas of one server than this are told by one box. */
export const MOST_UNKNOWN_REPLICAS = 4;
