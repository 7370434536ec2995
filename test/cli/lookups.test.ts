import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyCommand } from '../../src/main/core/commands/reducer.ts';
import type { Command } from '../../src/shared/domain/command.ts';
import { NO_KEY } from '../../src/shared/domain/instance-key.ts';
import { key, NOW } from '../adapters/http/example.ts';
import { FakeEngine } from '../adapters/http/fake-engine.ts';
import { TestServer } from '../adapters/http/test-server.ts';
import { baton } from './test-io.ts';

let server: TestServer;

beforeEach(async () => {
  server = await TestServer.start();
  const { engine } = server;
  const commands: readonly Command[] = [
    { type: 'tag', key: key('db2:3306'), name: 'role', value: 'backup', atMs: NOW },
    { type: 'submit-pool', pool: 'reports', keys: [key('db3:3306'), key('db4:3306')], atMs: NOW },
    { type: 'register-virtual-name', hostname: 'db1', virtualName: 'vip', atMs: NOW },
    { type: 'register-candidate', key: key('db2:3306'), rule: 'prefer', atMs: NOW },
  ];
  for (const command of commands) engine.commands = applyCommand(engine.commands, command).state;
  engine.downtime('db3:3306', 'lost-in-recovery');
  engine.downtime('db4:3306');
  engine.discovery.known = [{ host: '10.0.0.1', name: 'db1', expiresMs: 0 }];
  engine.discovery.untagged = [key('db2:3306'), key('db4:3306')];
  engine.discovery.writer = key('db1:3306');
  engine.discovery.archived = {
    atMs: NOW,
    instances: [
      { key: key('db2:3306'), source: key('db1:3306'), clusterName: 'db1:3306', version: '8.0.36' },
      { key: key('db1:3306'), source: NO_KEY, clusterName: 'db1:3306', version: '8.0.36' },
    ],
  };
});

afterEach(() => server.close());

test.each([
  ['active-nodes', `baton-1\t${FakeEngine.example().node.version}\t${FakeEngine.example().node.token}`],
  ['redeploy-internal-db', 'Nothing to do: an engine brings its data up to date when it starts.'],
  ['tag -i db2 -t a=b', 'db2:3306'],
  ['untag -i db2 -t a', 'db2:3306\ndb4:3306'],
  ['untag-all -t a=b', 'db2:3306\ndb4:3306'],
  ['tags -i db2', 'role=backup'],
  ['tags db1', ''],
  ['tag-value -i db2 -t role', 'backup'],
  ['tagged -t role', 'db2:3306'],
  ['tagged ~role', ''],
  ['submit-pool-instances -l p -i db2,db3', 'p'],
  ['cluster-pool-instances', 'db1:3306\tmain\treports\tdb3:3306\ndb1:3306\tmain\treports\tdb4:3306'],
  ['cluster-pool-instances -l none', ''],
  ['which-heuristic-cluster-pool-instances -a main', 'db3:3306\ndb4:3306'],
  ['which-heuristic-cluster-pool-instances -a main -l none', ''],
  ['which-cluster-osc-replicas -a main', 'db2:3306\ndb4:3306\ndb3:3306'],
  ['which-cluster-osc-slaves -a main', 'db2:3306\ndb4:3306\ndb3:3306'],
  ['which-cluster-osc-running-replicas -a main', 'db2:3306\ndb4:3306'],
  ['which-cluster-gh-ost-replicas -a main', 'db3:3306\ndb4:3306\ndb2:3306'],
  ['get-cluster-heuristic-lag -a main', '3'],
  ['get-candidate-replica -i db1', 'db2:3306'],
  ['get-candidate-slave -i db1', 'db2:3306'],
  ['find -pattern ^db[12]:', 'db1:3306\ndb2:3306'],
  ['instance-status -i db4', '[3s,ok,8.0.36,ro,ROW,>>,GTID,downtimed]'],
  ['which-cluster-domain -a main', '\n'],
  ['which-heuristic-domain-instance -a main', 'db1:3306'],
  ['set-heuristic-domain-instance -a main', 'db1:3306'],
  ['which-downtimed-instances', 'db3:3306\ndb4:3306'],
  ['which-downtimed-instances -a main', 'db3:3306\ndb4:3306'],
  ['which-lost-in-recovery', 'db3:3306'],
  ['bulk-instances', 'db1:3306\ndb2:3306\ndb3:3306\ndb4:3306'],
  ['bulk-promotion-rules', 'db2:3306 prefer'],
  [
    'topology-history -a main --at 2026-11-21T10:00:00Z',
    'db1:3306\tdb2:3306\tdb1:3306\t8.0.36\ndb1:3306\tdb1:3306\t:0\t8.0.36',
  ],
  ['resolve -i db2', 'db2:3306'],
  ['show-resolve-hosts', '10.0.0.1\tdb1'],
  ['show-unresolve-hosts', 'db1\tvip'],
  ['reset-hostname-resolve-cache', 'Hostname cache cleared'],
  ['register-hostname-unresolve -i db2 -H vip2', 'db2:3306'],
  ['deregister-hostname-unresolve -i db2', 'db2:3306'],
])('%s', async (line, expected) => {
  const result = await baton({ ORCHESTRATOR_API: server.url }, ...line.split(' '));
  expect(result.error).toBe('');
  expect(result.out.replace(/(?<=.)\n$/s, '')).toBe(expected);
  expect(result.code).toBe(0);
});

test.each([
  ['find -pattern (', 2],
  ['tag -i db2', 2],
  ['register-hostname-unresolve -i db2', 2],
  ['tag-value -i db2 -t none', 1],
  ['get-cluster-heuristic-lag -a none', 1],
  ['topology-history --at yesterday', 1],
])('%s fails with words', async (line) => {
  const result = await baton({ ORCHESTRATOR_API: server.url }, ...line.split(' '));
  expect([result.out, result.code]).toEqual(['', expect.any(Number)]);
  expect(result.code).not.toBe(0);
  expect(result.error).not.toBe('');
});
