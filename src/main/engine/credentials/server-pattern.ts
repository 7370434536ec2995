/**
 * Whether a pattern fits a server: `host`, for every port, or `host:port`, in which `*` stands for any text and `?` for
 * one character. Host names don't tell capitals from small letters (RFC 4343).
 * @param text `host:port` of the server
 */
export function fitsServer(pattern: string, hostname: string, text: string): boolean {
  return fits(pattern.toLowerCase(), hostname.toLowerCase()) || fits(pattern.toLowerCase(), text.toLowerCase());
}

/** Whether whatever fits `narrow` fits `wide` too, as far as that can be told from the texts. */
export function covers(wide: string, narrow: string): boolean {
  return wide !== narrow && fitsServer(wide, narrow, narrow);
}

/** Goes back to the last `*` only, so that no pattern takes long. */
function fits(pattern: string, text: string): boolean {
  let [at, taken, star, mark] = [0, 0, -1, 0];
  while (taken < text.length) {
    if (pattern[at] === '*') {
      star = at++;
      mark = taken;
    } else if (pattern[at] === '?' || pattern[at] === text[taken]) {
      at++;
      taken++;
    } else if (star >= 0) {
      at = star + 1;
      taken = ++mark;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
