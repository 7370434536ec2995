/** A switch of read-only that was given up may be carried out by the server up to so much later, ms. */
export const LATE_SWITCH_MS = 1500;
