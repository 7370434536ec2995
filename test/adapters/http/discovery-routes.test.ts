import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyCommand } from '../../../src/main/core/commands/reducer.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import { key, NOW } from './example.ts';
import { TestServer } from './test-server.ts';

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start();
  const { engine } = server;
  const commands: readonly Command[] = [
    { type: 'tag', key: key('db2:3306'), name: 'role', value: 'backup', atMs: NOW },
    { type: 'tag', key: key('db2:3306'), name: 'old', value: '', atMs: NOW },
    { type: 'tag', key: key('db4:3306'), name: 'role', value: 'report', atMs: NOW },
    { type: 'submit-pool', pool: 'reports', keys: [key('db3:3306'), key('db4:3306'), key('gone:3306')], atMs: NOW },
    { type: 'register-virtual-name', hostname: 'db1', virtualName: 'vip', atMs: NOW },
  ];
  for (const command of commands) engine.commands = applyCommand(engine.commands, command).state;
});

afterEach(() => server.close());

const keys = (...names: readonly string[]) => names.map((name) => ({ Hostname: name, Port: 3306 }));
const envelope = (Message: unknown, Details: unknown) => ({ Code: 'OK', Message, Details });

describe('tags', () => {
  test.each([
    ['tags/db2/3306', ['old=', 'role=backup']],
    ['tags/db1/3306', []],
    ['tag-value/db2/3306?tag=role', 'backup'],
    ['tag-value/db2/3306/role', 'backup'],
    ['tag-value/db2/3306?tag=old%0A', ''],
    ['tagged?tag=role', keys('db2', 'db4')],
    ['tagged?tag=role%3Dbackup%0A', keys('db2')],
    ['tagged?tag=role,~old', keys('db4')],
    ['tagged?tag=none', []],
    ['tagged/?tag=role', keys('db2', 'db4')],
  ])('%s', async (path, expected) => {
    expect(await server.json(path)).toEqual(expected);
  });

  test.each([
    [
      'tag/db3/3306?tag=dc%3Deast%0A',
      'db3:3306 tagged with dc=east',
      keys('db3')[0],
      ['tag', 'db3:3306', 'dc', 'east'],
    ],
    ['tag/db3/3306/dc/east', 'db3:3306 tagged with dc=east', keys('db3')[0], ['tag', 'db3:3306', 'dc', 'east']],
    ['tag/db3/3306?tag=x', 'db3:3306 tagged with x', keys('db3')[0], ['tag', 'db3:3306', 'x', '']],
    ['untag/db2/3306?tag=old', 'old removed from 1 instances', keys('db2'), ['untag', 'db2:3306', 'old', null]],
    ['untag/db2/3306/old', 'old removed from 1 instances', keys('db2'), ['untag', 'db2:3306', 'old', null]],
    ['untag-all?tag=a%3Db', 'a=b removed from 1 instances', keys('db2'), ['untag', null, 'a', 'b']],
    ['untag-all/a/b', 'a=b removed from 1 instances', keys('db2'), ['untag', null, 'a', 'b']],
  ])('%s', async (path, message, details, call) => {
    server.engine.discovery.untagged = [key('db2:3306')];
    expect(await server.json(path)).toEqual(envelope(message, details));
    expect(server.engine.calls).toEqual([call]);
  });

  test.each([
    ['tag/db3/3306', 'Invalid tag: "".'],
    ['tag/db3/3306?tag=~dc', 'Invalid tag: "~dc".'],
    ['untag/db3/3306?tag=!dc', 'Invalid tag: "!dc".'],
    ['untag-all?tag=dc', 'untag-all needs a value: dc=VALUE.'],
    ['tag-value/db2/3306?tag=none', 'db2:3306 has no tag none.'],
    ['tagged', 'Invalid tags: "".'],
  ])('%s is refused', async (path, message) => {
    expect(await server.json(path)).toMatchObject({ Code: 'ERROR', Message: expect.stringContaining(message) });
    expect(server.engine.calls).toEqual([]);
  });

  test.each(['topology-tags/main', 'topology-tags/db4/3306'])('%s', async (path) => {
    const { Details } = (await server.json(path)) as { Details: string };
    expect(Details.split('\n').map((line) => line.replace(/ +\[.*\] /, ' '))).toEqual([
      'db1:3306 []',
      '+ db2:3306 [old,role=backup]',
      '  + db4:3306 [role=report]',
      '- db3:3306 []',
    ]);
  });
});

describe('pools', () => {
  test.each([
    ['cluster-pool-instances/db1:3306', 'Pools of cluster db1:3306', { reports: keys('db3', 'db4') }],
    ['cluster-pool-instances/db1:3306/reports', 'Pools of cluster db1:3306', { reports: keys('db3', 'db4') }],
    ['cluster-pool-instances/db1:3306/other', 'Pools of cluster db1:3306', {}],
    ['cluster-pool-instances/main', 'Pools of cluster main', {}],
    ['heuristic-cluster-pool-lag/main', 'Heuristic pool lag of cluster db1:3306: 3', 3],
    ['heuristic-cluster-pool-lag/db1:3306/reports', 'Heuristic pool lag of cluster db1:3306: 3', 3],
  ])('%s', async (path, message, details) => {
    expect(await server.json(path)).toEqual(envelope(message, details));
  });

  test.each([
    ['heuristic-cluster-pool-instances/main/', ['db3', 'db4']],
    ['heuristic-cluster-pool-instances/main/reports', ['db3', 'db4']],
    ['heuristic-cluster-pool-instances/db4:3306/none', []],
  ])('%s', async (path, expected) => {
    const { Details } = (await server.json(path)) as { Details: { Key: { Hostname: string } }[] };
    expect(Details.map((one) => one.Key.Hostname)).toEqual(expected);
  });

  test('heuristic-cluster-pool-lag without members is an error', async () => {
    expect(await server.json('heuristic-cluster-pool-lag/main/none')).toMatchObject({ Code: 'ERROR' });
    expect(await server.json('heuristic-cluster-pool-lag/db4:3306')).toMatchObject({ Code: 'ERROR' });
  });

  test.each([
    ['db2,b3:3306,x:3307%0A', ['db2:3306', 'db3:3306', 'x:3307']],
    ['', []],
  ])('submit-pool-instances of "%s"', async (instances, expected) => {
    expect(await server.json(`submit-pool-instances/p?instances=${instances}`)).toEqual(
      envelope('Submitted p pool instances', 'p'),
    );
    expect(server.engine.calls).toEqual([['submit-pool', 'p', expected]]);
  });

  test('partial names stay as they are where they are not to be completed, and mistakes replace nothing', async () => {
    server.engine.settings = { ...server.engine.settings, SupportFuzzyPoolHostnames: false };
    await server.json('submit-pool-instances/p?instances=b3');
    expect(server.engine.calls).toEqual([['submit-pool', 'p', ['b3:3306']]]);
    expect(await server.json('submit-pool-instances/p?instances=db2,db3:99999')).toMatchObject({ Code: 'ERROR' });
    expect(server.engine.calls).toHaveLength(1);
  });

  test.each(['cluster-osc-replicas/main', 'cluster-osc-slaves/main'])('%s', async (path) => {
    const found = (await server.json(path)) as { Key: { Hostname: string } }[];
    expect(found.map((one) => one.Key.Hostname)).toEqual(['db2', 'db4', 'db3']);
    server.engine.settings = { ...server.engine.settings, OSCIgnoreHostnameFilters: ['^db[24]'] };
    expect(await server.json(path)).toHaveLength(1);
  });
});

describe('names', () => {
  test.each([
    ['resolve/db2/3306', 'Instance resolved: db2:3306', keys('db2')[0], [['resolve', 'db2:3306']]],
    ['reset-hostname-resolve-cache', 'Hostname cache cleared', null, [['reset-names']]],
    [
      'register-hostname-unresolve/db2/3306/vip2',
      'Hostname register unresolve completed: db2:3306 as vip2',
      keys('db2')[0],
      [['register-virtual-name', 'db2:3306', 'vip2']],
    ],
    [
      'deregister-hostname-unresolve/db1/3306',
      'Hostname deregister unresolve completed: db1:3306',
      keys('db1')[0],
      [['register-virtual-name', 'db1:3306', '']],
    ],
    [
      'snapshot-topologies',
      'Topology snapshot completed',
      expect.stringMatching(/^Took [\d.]+ms$/),
      [['archive-topologies']],
    ],
    [
      'set-heuristic-domain-instance/main',
      'db1:3306 recorded as the writer of the domain of cluster db1:3306',
      keys('db1')[0],
      [['record-domain-writer', 'db1:3306']],
    ],
  ])('%s', async (path, message, details, calls) => {
    expect(await server.json(path)).toEqual(envelope(message, details));
    expect(server.engine.calls).toEqual(calls);
  });

  test('the cache, with expirations in nanoseconds', async () => {
    server.engine.discovery.known = [
      { host: 'a', name: '10.0.0.1', expiresMs: NOW },
      { host: 'vip', name: 'db1', expiresMs: 0 },
    ];
    const { text } = await server.send('/api/hostname-resolve-cache');
    expect(text).toContain(
      `"Details":{"a":{"Object":"10.0.0.1","Expiration":${NOW}000000},"vip":{"Object":"db1","Expiration":0}}`,
    );
  });

  test('the virtual name of a host is told with its servers', async () => {
    expect(await server.json('instance/db1/3306')).toMatchObject({ UnresolvedHostname: 'vip' });
    expect(await server.json('instance/db2/3306')).toMatchObject({ UnresolvedHostname: '' });
    expect(await server.json('v2/virtual-names')).toEqual({ db1: 'vip' });
    expect(server.engine.discovery.prepared).toEqual(['db1', 'db2']);
  });

  test('who writes for a domain, and whom replicas would go below', async () => {
    expect(await server.json('heuristic-domain-instance/main')).toMatchObject({ Code: 'ERROR' });
    server.engine.discovery.writer = key('db1:3306');
    expect(await server.json('heuristic-domain-instance/main')).toMatchObject({ Details: keys('db1')[0] });
    expect(await server.json('get-candidate-replica/db1/3306')).toMatchObject({
      Message: 'Candidate replica of db1:3306: db2:3306',
      Details: { Key: keys('db2')[0] },
    });
  });

  test('an archived topology', async () => {
    expect(await server.json('v2/topology-history')).toMatchObject({ Code: 'ERROR' });
    expect(await server.json('v2/topology-history?at=yesterday')).toMatchObject({ Code: 'ERROR' });
    const instances = [{ key: key('db2:3306'), source: key('db1:3306'), clusterName: 'db1:3306', version: '8.4.0' }];
    server.engine.discovery.archived = { atMs: NOW, instances };
    expect(await server.json('v2/topology-history/db1:3306?at=2024-02-01')).toEqual(
      envelope('Topologies as of 2024-01-31 10:20:30', [
        { Key: keys('db2')[0], MasterKey: keys('db1')[0], ClusterName: 'db1:3306', Version: '8.4.0' },
      ]),
    );
    expect(server.engine.calls.at(-1)).toEqual(['archived-topology', Date.UTC(2024, 1, 1)]);
    expect(await server.json('v2/topology-history/none')).toMatchObject({ Code: 'ERROR' });
  });

  test('an archived topology is found by the cluster of now, whatever it was called', async () => {
    const row = { source: key('db9:3306'), version: '8.4.0' };
    const instances = [
      { ...row, key: key('db2:3306'), clusterName: 'db9:3306' },
      { ...row, key: key('db9:3306'), clusterName: 'db9:3306' },
      { ...row, key: key('x1:3306'), clusterName: 'x1:3306' },
    ];
    server.engine.discovery.archived = { atMs: NOW, instances };
    for (const hint of ['main', 'db3:3306', 'db1:3306', 'db9:3306']) {
      expect((await server.json(`v2/topology-history/${hint}`)) as object).toMatchObject({
        Details: [{ Key: { Hostname: 'db2' } }, { Key: { Hostname: 'db9' } }],
      });
    }
  });

  test.each([
    'tag/db2/3306?tag=x',
    'untag-all?tag=x%3Dy',
    'snapshot-topologies',
    'submit-pool-instances/p?instances=db2',
  ])('%s changes nothing where nothing may be changed', async (path) => {
    server.engine.settings = { ...server.engine.settings, ReadOnly: true };
    expect(await server.json(path)).toMatchObject({ Code: 'ERROR', Message: 'Unauthorized' });
    expect(server.engine.calls).toEqual([]);
  });
});
