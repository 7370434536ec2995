import { expect, test } from 'vitest';
import { MetadataDatabase, type MetadataTarget } from '../../../src/main/adapters/mysql/metadata-database.ts';
import { RecordingLog } from '../../engine/fakes/recording-log.ts';
import { clock } from './support.ts';

/** Nobody listens there (RFC 6335: tcpmux, which no machine of today serves). */
const NOWHERE: MetadataTarget = {
  key: { hostname: '127.0.0.1', port: 1 },
  database: 'cmdb',
  credentials: { user: 'u', password: 'secret-word' },
};
const QUERIES = [
  { name: 'DetectDataCenterQuery', sql: "SELECT dc FROM t WHERE host = 'dc_vaild_host_flag'" },
  { name: 'DetectRegionQuery', sql: 'SELECT 1' },
];

function metadata(target: MetadataTarget | null) {
  const log = new RecordingLog();
  return {
    log,
    database: new MetadataDatabase({ target: () => target, tls: { mode: 'off' }, connectTimeoutMs: 1000, clock, log }),
  };
}

test('takes over three of the queries, where it is configured', async () => {
  const { database } = metadata(NOWHERE);
  expect(
    ['DetectDataCenterQuery', 'DetectClusterAliasQuery', 'DetectClusterDomainQuery', 'DetectRegionQuery'].map((name) =>
      database.covers(name),
    ),
  ).toEqual([true, true, true, false]);
  const none = metadata(null).database;
  expect(none.covers('DetectDataCenterQuery')).toBe(false);
  expect(await none.about({ hostname: 'a', port: 3306 }, QUERIES)).toEqual({ responses: new Map(), warnings: [] });
});

test('one that can not be reached is a warning at every poll, is tried once, and tells no password', async () => {
  const { database, log } = metadata(NOWHERE);
  for (const hostname of ['a', 'b', 'a']) {
    const { responses, warnings } = await database.about({ hostname, port: 3306 }, QUERIES);
    expect([responses.size, warnings.length]).toEqual([0, 1]);
    expect(warnings[0]).toMatch(/^The metadata database 127\.0\.0\.1:1 can't be asked; what it last said holds\./);
    expect(warnings[0]).not.toContain('secret-word');
  }
  expect(log.of('metadata.not-read')).toHaveLength(1);
  database.close();
});

test.each(["a' OR '1", 'a b', 'a;b', 'a"b', 'a\\b'])('the host name %j is not put into a query', async (hostname) => {
  const { database, log } = metadata(NOWHERE);
  const { warnings } = await database.about({ hostname, port: 3306 }, QUERIES);
  expect(warnings[0]).toMatch(/has characters that aren't put into queries/);
  expect(log.of('metadata.not-read')).toEqual([]);
});
