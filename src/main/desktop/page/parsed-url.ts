/** The URL, or null for what is none; `URL.canParse` is younger than the oldest runtime that this has to start on. */
export function parsedUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
