import type { PollFailure } from '../../../../shared/domain/instance.ts';
import { type InstanceKey, keyText } from '../../../../shared/domain/instance-key.ts';
import type { Dialect } from './dialect.ts';
import { MariadbDialect } from './mariadb.ts';
import { MysqlDialect } from './mysql.ts';
import { atLeast, parseVersion } from './version.ts';

export type DialectChoice =
  | { readonly ok: true; readonly dialect: Dialect }
  | { readonly ok: false; readonly failure: PollFailure };

/**
 * @param version as the server greets or as `VERSION()` tells
 * @param comment `@@version_comment`; empty while it isn't known, which leaves Percona Server taken for MySQL
 */
export function chooseDialect(key: InstanceKey, version: string, comment: string): DialectChoice {
  const parsed = parseVersion(version);
  if (parsed === null || /maxscale/i.test(version)) {
    return unsupported(key, `its version "${version}" is not that of a MySQL, Percona or MariaDB server`);
  }
  if (/mariadb/i.test(version)) {
    if (!atLeast(parsed, 10, 3)) return unsupported(key, `it is MariaDB ${version}; Baton knows 10.3 and later`);
    return { ok: true, dialect: new MariadbDialect(parsed) };
  }
  if (!atLeast(parsed, 5, 6)) return unsupported(key, `it is MySQL ${version}; Baton knows 5.6 and later`);
  return { ok: true, dialect: new MysqlDialect(/percona/i.test(comment) ? 'Percona' : 'MySQL', parsed) };
}

function unsupported(key: InstanceKey, why: string): DialectChoice {
  return { ok: false, failure: { kind: 'unsupported', message: `${keyText(key)} is not supported: ${why}` } };
}
