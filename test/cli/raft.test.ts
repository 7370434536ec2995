import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { baton } from './test-io.ts';

const NOT_RUNNING = { Code: 'ERROR', Message: 'This node is not running raft.', Details: null };

const LEADER = {
  'raft-state': 'Leader',
  'raft-leader': '10.0.0.1:10008',
  'raft-health': 'healthy',
  status: { Code: 'OK', Message: 'Application node is healthy', Details: { Hostname: 'node1' } },
  'raft-yield-hint/node%202': { Code: 'OK', Message: 'Asked node 2 to lead', Details: 'node 2' },
};
const FOLLOWER = { ...LEADER, 'raft-state': 'Follower' };

let server: Server | null = null;

afterEach(() => server?.close());

/** An engine that answers these paths below /api/, and all others as one that is in no quorum. */
async function engine(answers: Readonly<Record<string, unknown>>): Promise<string> {
  server = createServer((request, response) => {
    response.end(JSON.stringify(answers[(request.url ?? '').replace('/api/', '')] ?? NOT_RUNNING));
  });
  await new Promise<void>((settled) => server?.listen(0, '127.0.0.1', settled));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  ['raft-leader', LEADER, '10.0.0.1:10008\n'],
  ['raft-leader', FOLLOWER, '10.0.0.1:10008\n'],
  ['raft-health', FOLLOWER, 'healthy\n'],
  ['raft-leader-hostname', LEADER, 'node1\n'],
  ['raft-elect-leader', LEADER, 'node 2\n'],
])('%s', async (command, answers, out) => {
  const argv = ['-c', command, ...(command === 'raft-elect-leader' ? ['-H', 'node 2'] : [])];
  expect(await baton({ BATON_API: await engine(answers) }, ...argv)).toEqual({ code: 0, out, error: '' });
});

test.each([
  ['raft-leader', { 'raft-leader': '' }, /^baton: The quorum has no leader at the moment\.\n$/],
  ['raft-leader-hostname', FOLLOWER, /^baton: http:.* is not the leader \(Follower\): name all nodes/],
  ['raft-elect-leader', FOLLOWER, /^baton: http:.* is not the leader \(Follower\): name all nodes/],
  ['raft-leader', {}, /^baton: This node is not running raft\.\n$/],
  ['raft-health', {}, /^baton: This node is not running raft\.\n$/],
  ['raft-leader-hostname', {}, /^baton: This node is not running raft\.\n$/],
  ['raft-elect-leader', {}, /^baton: This node is not running raft\.\n$/],
])('%s of %j says why not', async (command, answers, error) => {
  const argv = ['-c', command, '-H', 'node 2'];
  expect(await baton({ BATON_API: await engine(answers) }, ...argv)).toEqual({
    code: 1,
    out: '',
    error: expect.stringMatching(error),
  });
});
