import { type InstanceKey, parseKey } from '../../../shared/domain/instance-key.ts';

/** What the assistant asks for. */
export interface ConnectionForm {
  readonly server: string;
  readonly port: number | string;
  readonly user: string;
  readonly password: string;
  /** For which servers the account is kept. */
  readonly keep: 'all' | 'host' | 'not';
}

export const EMPTY_FORM: ConnectionForm = { server: '', port: 3306, user: '', password: '', keep: 'all' };

const DEFAULT_PORT = 3306;

/** The server that the form names, or null while it names none. */
export function serverOf({ server, port }: ConnectionForm): InstanceKey | null {
  return parseKey(server, Number(port) || DEFAULT_PORT);
}
