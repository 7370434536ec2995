/** What to do about an error of a replication thread; the text is `instance:advice.<name>`. */
export type Advice =
  | 'account'
  | 'connect'
  | 'tls'
  | 'logGone'
  | 'identity'
  | 'data'
  | 'schema'
  | 'lock'
  | 'relayLog'
  | 'worker'
  | 'order'
  | 'other';

const BY_ERRNO: readonly (readonly [Advice, readonly number[]])[] = [
  ['account', [1044, 1045, 1130, 1227, 1820, 1862, 3118, 4151]],
  ['connect', [1040, 1129, 1158, 1159, 1160, 1161, 1203, 2002, 2003, 2005, 2006, 2012, 2013, 2055]],
  ['tls', [2026, 2061, 3159]],
  ['logGone', [1236, 1789, 1951, 13114]],
  ['identity', [1593, 13117]],
  ['data', [1032, 1062, 1451, 1452]],
  ['schema', [1007, 1008, 1049, 1050, 1051, 1054, 1060, 1061, 1072, 1091, 1146, 1305, 1677, 13146]],
  ['lock', [1205, 1213]],
  ['relayLog', [1594, 1595, 1872, 13121, 13122]],
  ['worker', [1756]],
  ['order', [1950]],
];

/** By error number (MySQL Server Error Reference; MariaDB Error Codes). */
export function adviceFor(errno: number): Advice {
  return BY_ERRNO.find(([, numbers]) => numbers.includes(errno))?.[0] ?? 'other';
}
