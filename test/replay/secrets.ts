import { gunzipSync } from 'node:zlib';
import type { Lab } from '../lab/index.ts';

/** @throws Error when a password of the lab, or a part of one in a connection string, is in an exported file */
export function expectNoSecrets(bytes: Uint8Array, { accounts }: Lab): void {
  const text = gunzipSync(bytes).toString('utf8');
  for (const { user, password } of Object.values(accounts)) {
    for (const form of [password, encodeURIComponent(password), Buffer.from(password).toString('base64')]) {
      if (text.includes(form)) throw new Error(`The password of ${user} is in the exported file.`);
    }
  }
  const dsn = /[\w.-]+:[^\s@/"]+@(tcp\(|127\.)/.exec(text);
  if (dsn !== null) throw new Error(`A connection string is in the exported file: ${dsn[0].replace(/:.*@/, ':…@')}`);
}
