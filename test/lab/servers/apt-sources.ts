/** A Debian mirror as a machine's own apt sources name it. */
export interface DebianMirror {
  readonly uri: string;
  /** Key ring file or armoured key block; empty when the entry names none. */
  readonly signedBy: string;
}

interface SourceEntry {
  readonly types: readonly string[];
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly signedBy: string;
}

/** One file of apt's configuration: its name decides the format (sources.list(5)). */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

const DEBIAN_SUITES =
  /^(stable|oldstable|oldoldstable|testing|unstable|sid|bullseye|bookworm|trixie|forky|duke)(-updates|-backports)?$/;

/**
 * The mirrors that carry Debian's main archive, in the order in which the sources name them.
 * Archives that hold only updates or security fixes don't have every suite, and are left out.
 */
export function debianMirrors(files: readonly SourceFile[]): readonly DebianMirror[] {
  const mirrors: DebianMirror[] = [];
  for (const file of files) {
    const entries = file.name.endsWith('.sources') ? deb822Entries(file.text) : oneLineEntries(file.text);
    for (const entry of entries) {
      if (!entry.types.includes('deb') || !entry.suites.some((suite) => DEBIAN_SUITES.test(suite))) continue;
      for (const raw of entry.uris) {
        const uri = raw.replace(/\/+$/, '');
        if (!isDebianArchive(uri) || mirrors.some((mirror) => mirror.uri === uri)) continue;
        mirrors.push({ uri, signedBy: entry.signedBy });
      }
    }
  }
  return mirrors;
}

function isDebianArchive(uri: string): boolean {
  if (!/^(https?|ftp|file|tor\+https?|mirror(\+\w+)?):/.test(uri)) return false;
  return /(^|\/)debian(\/|$|-snapshot)/.test(uri) && !/security|backports/.test(uri);
}

/** `deb [options] uri suite component…` */
function oneLineEntries(text: string): SourceEntry[] {
  const entries: SourceEntry[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*(deb(?:-src)?)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)/.exec(line);
    if (!match?.[1] || !match[3] || !match[4]) continue;
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(match[2] ?? '')?.[1] ?? '';
    entries.push({ types: [match[1]], uris: [match[3]], suites: [match[4]], signedBy: signedBy.split(',')[0] ?? '' });
  }
  return entries;
}

/** Paragraphs of `Field: value`, where an indented line carries a value on (deb822(5)). */
function deb822Entries(text: string): SourceEntry[] {
  const entries: SourceEntry[] = [];
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  for (const paragraph of lines.join('\n').split(/\n\s*\n/)) {
    const fields = new Map<string, string>();
    let last = '';
    for (const line of paragraph.split('\n')) {
      const field = /^([A-Za-z0-9-]+):(.*)$/.exec(line);
      if (field?.[1]) {
        last = field[1].toLowerCase();
        fields.set(last, (field[2] ?? '').trim());
      } else if (/^\s/.test(line) && last !== '') {
        // A lone dot stands for an empty line inside a value.
        const value = line.trim() === '.' ? '' : line.trim();
        fields.set(last, `${fields.get(last) ?? ''}\n${value}`);
      }
    }
    if (/^(no|false|0|off|disable)$/i.test(fields.get('enabled') ?? '')) continue;
    entries.push({
      types: words(fields.get('types')),
      uris: words(fields.get('uris')),
      suites: words(fields.get('suites')),
      signedBy: (fields.get('signed-by') ?? '').trim(),
    });
  }
  return entries;
}

function words(value: string | undefined): string[] {
  return (value ?? '').split(/\s+/).filter((word) => word !== '');
}
