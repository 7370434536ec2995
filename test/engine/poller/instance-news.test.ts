import { expect, test } from 'vitest';
import { InstanceNews } from '../../../src/main/engine/poller/instance-news.ts';
import type { InstanceSnapshot, PollFailureKind } from '../../../src/shared/domain/instance.ts';
import { factsOf, key } from '../../core/topology/fleet.ts';
import { RecordingLog } from '../fakes/recording-log.ts';

function snapshot(failure: PollFailureKind | null, warnings: readonly string[] = []): InstanceSnapshot {
  return {
    key: key('db1'),
    facts: { ...factsOf('db1'), warnings },
    lastCheckedMs: 1,
    lastSeenMs: 1,
    lastAttemptMs: 1,
    partialSuccess: true,
    failure: failure === null ? null : { kind: failure, message: `db1:3306 is ${failure}` },
    latencyMicros: 1,
    stale: false,
  };
}

test('why a server can not be read is told once, and again when the reason changes', () => {
  const log = new RecordingLog();
  const news = new InstanceNews(log);
  for (const kind of ['refused', 'refused', 'timeout', null, null, 'refused'] as const) news.note(snapshot(kind));
  expect(log.of('instance.not-read')).toEqual(['db1:3306 is refused.', 'db1:3306 is timeout.', 'db1:3306 is refused.']);
  expect(log.of('instance.read-again')).toEqual(['db1:3306 can be read again.']);
});

test('a warning is told once, and again when it has been away or the server was forgotten', () => {
  const log = new RecordingLog();
  const news = new InstanceNews(log);
  news.note(snapshot(null, ['no PROCESS']));
  news.note(snapshot(null, ['no PROCESS', 'no RELOAD.']));
  news.note(snapshot('timeout', []));
  news.note(snapshot(null, ['no PROCESS']));
  expect(log.of('instance.warning')).toEqual(['no PROCESS.', 'no RELOAD.']);
  news.note(snapshot(null, ['no RELOAD.']));
  news.forget(key('db1'));
  news.note(snapshot(null, ['no RELOAD.']));
  expect(log.of('instance.warning')).toEqual(['no PROCESS.', 'no RELOAD.', 'no RELOAD.', 'no RELOAD.']);
});
