import { BOX_WIDTH } from '../layout/sizes.ts';

const ROOM = BOX_WIDTH - 22;
const ICON = 12;
const PADDING = 8;
const GAP = 3;
const LETTER = 6.3;
const CAPITAL = 7.6;
const IDEOGRAPH = 10.8;
/** What `+12` takes. */
const REST = 26;

/** About how wide a short text is in the font of badges. */
function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) {
    width += letter.charCodeAt(0) > 0x2e80 ? IDEOGRAPH : letter >= 'A' && letter <= 'Z' ? CAPITAL : LETTER;
  }
  return width;
}

/** How many badges with these short texts find room on a box, with room left to tell how many do not. */
export function fitting(texts: readonly string[]): number {
  let used = 0;
  for (const [at, text] of texts.entries()) {
    used += PADDING + ICON + (text === '' ? 0 : 3 + widthOf(text)) + (at === 0 ? 0 : GAP);
    const rest = at + 1 < texts.length ? GAP + REST : 0;
    if (used + rest > ROOM) return at;
  }
  return texts.length;
}
