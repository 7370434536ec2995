import type { CheckedText } from '../../engine/ports/configuration.ts';
import { type LocatedFinding, loadConfiguration } from './load-configuration.ts';
import { type ReadTextFile, readTextFile } from './text-file.ts';

/** No file can be called so, which keeps the text from being taken for one. */
const NAME = 'the text\0';
const LEVELS: readonly LocatedFinding['level'][] = ['error', 'warning', 'info'];

/** What `baton config check` would say of a file with this text. References to the keychain are left alone. */
export function checkText(
  text: string,
  { env, readFile = readTextFile }: { readonly env: NodeJS.ProcessEnv; readonly readFile?: ReadTextFile },
): CheckedText {
  const { ok, findings } = loadConfiguration({
    configFile: NAME,
    env,
    readFile: (path) => (path === NAME ? { text } : readFile(path)),
  });
  const sorted = findings.toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
  return {
    ok,
    findings: sorted.map(({ level, key, message, line = null, column = null }) => ({
      level,
      key,
      message: withoutPlace(message),
      line,
      column,
    })),
  };
}

/** The place is told beside the message, and the name of the file means nothing. */
function withoutPlace(message: string): string {
  return message.startsWith(NAME)
    ? message.slice(NAME.length).replace(/^[\d:]*\s*/, '')
    : message.replaceAll(NAME, 'it');
}
