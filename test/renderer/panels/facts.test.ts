import { describe, expect, it } from 'vitest';
import {
  fasterStatements,
  patienceSeconds,
  slowSettings,
} from '../../../src/renderer/panels/instance/model/detection-settings.ts';
import { adviceFor } from '../../../src/renderer/panels/instance/model/error-advice.ts';
import { placeText } from '../../../src/renderer/panels/instance/model/place-text.ts';
import { filterFacts, rawFacts } from '../../../src/renderer/panels/instance/model/raw-facts.ts';

describe('raw facts', () => {
  const facts = rawFacts({
    serverId: 7,
    readOnly: true,
    coordinates: null,
    replica: { source: { hostname: 'db1', port: 3306 }, read: { file: 'binlog.000001', position: 4 } },
    connectedReplicas: [{ hostname: 'db3', port: 3307 }],
    warnings: [],
  });

  it('are one line for each value, and one for a server', () => {
    expect(facts).toEqual([
      { path: 'serverId', kind: 'plain', text: '7' },
      { path: 'readOnly', kind: 'plain', text: 'true' },
      { path: 'coordinates', kind: 'plain', text: 'null' },
      { path: 'replica.source', kind: 'server', text: 'db1:3306' },
      { path: 'replica.read.file', kind: 'text', text: 'binlog.000001' },
      { path: 'replica.read.position', kind: 'plain', text: '4' },
      { path: 'connectedReplicas[0]', kind: 'server', text: 'db3:3307' },
      { path: 'warnings', kind: 'plain', text: '[]' },
    ]);
  });

  it.each([
    ['', 8],
    ['REPLICA', 4],
    ['read file', 1],
    ['db3', 1],
    ['db3 source', 0],
  ])('are found by every word: %j', (text, count) => {
    expect(filterFacts(facts, text)).toHaveLength(count);
  });
});

describe('settings that slow detection', () => {
  it.each([
    [2, 1, 86_400, []],
    [30, 60, 86_400, ['heartbeatSlow', 'retrySlow']],
    [0, 1, 86_400, ['heartbeatOff']],
    [null, 1, 0, []],
    [2, 60, 10, ['retrySlow', 'retryFew']],
    [2, 1, 10, ['retryFew']],
  ])('heartbeat %j, retry after %i s, %i times', (heartbeatPeriodSeconds, connectRetrySeconds, retryCount, slow) => {
    expect(slowSettings({ heartbeatPeriodSeconds, connectRetrySeconds, retryCount })).toEqual(slow);
  });

  it('count a retry count of 0 as for ever', () => {
    expect(patienceSeconds({ heartbeatPeriodSeconds: 2, connectRetrySeconds: 1, retryCount: 0 })).toBeNull();
  });

  it('are mended in the words of the server', () => {
    expect(fasterStatements('MariaDB')).toContain('CHANGE MASTER TO MASTER_HEARTBEAT_PERIOD = 2');
    expect(fasterStatements('Percona')).toContain('CHANGE REPLICATION SOURCE TO SOURCE_HEARTBEAT_PERIOD = 2');
  });
});

describe('advice about errors', () => {
  it.each([
    [1062, 'data'],
    [1236, 'logGone'],
    [13114, 'logGone'],
    [2003, 'connect'],
    [1045, 'account'],
    [4711, 'other'],
  ])('%i: %s', (errno, advice) => {
    expect(adviceFor(errno)).toBe(advice);
  });
});

describe('a place in a log', () => {
  it.each([
    ['db1-relay-bin.000004', false, 'db1-relay-bin.000004:7'],
    ['db1-relay-bin.000004', true, '….000004:7'],
    ['db1-relay-bin', true, '…:7'],
    ['', false, ''],
  ])('%s, masked %s: %s', (file, masked, text) => {
    expect(placeText({ file, position: 7 }, masked)).toBe(text);
  });
});
