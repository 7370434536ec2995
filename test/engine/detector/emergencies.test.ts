import { expect, test } from 'vitest';
import { Emergencies } from '../../../src/main/engine/detector/emergencies.ts';
import type { InstanceWatcher } from '../../../src/main/engine/poller/instance-watcher.ts';
import type { Analysis, AnalysisCode } from '../../../src/shared/domain/analysis.ts';
import { key } from '../../core/topology/fleet.ts';
import { RecordingLog } from '../fakes/recording-log.ts';
import { VirtualClock } from '../fakes/virtual-clock.ts';

function emergencies() {
  const clock = new VirtualClock();
  const done: string[] = [];
  const watcher = (at: { readonly hostname: string }): InstanceWatcher =>
    ({
      pollNow: () => {
        done.push(at.hostname);
        return Promise.resolve(null);
      },
    }) as unknown as InstanceWatcher;
  const restartReceivers = (at: { readonly hostname: string }): void => void done.push(`restart ${at.hostname}`);
  const subject = new Emergencies({ clock, log: new RecordingLog(), watcher, restartReceivers });
  const react = (code: AnalysisCode, more: Partial<Analysis> = {}): void =>
    subject.react({ key: key('b'), sourceKey: key('a'), replicas: [key('c'), key('d')], code, ...more } as Analysis);
  return { clock, done, react };
}

test.each<readonly [AnalysisCode, readonly string[]]>([
  ['NoProblem', []],
  ['DeadMaster', []],
  ['UnreachableMaster', ['b', 'c', 'd']],
  ['UnreachableMasterWithLaggingReplicas', ['restart b']],
  ['AllMasterReplicasNotReplicating', ['b']],
  ['AllMasterReplicasNotReplicatingOrDead', ['b']],
  ['LockedSemiSyncMasterHypothesis', ['b']],
  ['FirstTierReplicaFailingToConnectToMaster', ['a']],
  ['UnreachableIntermediateMasterWithLaggingReplicas', ['restart b']],
])('%s: %s', (code, expected) => {
  const { done, react } = emergencies();
  react(code);
  expect(done).toEqual(expected);
});

test('a server is read out of its turn once a second at most', async () => {
  const { clock, done, react } = emergencies();
  react('AllMasterReplicasNotReplicating');
  await clock.advance(900);
  react('AllMasterReplicasNotReplicating');
  expect(done).toEqual(['b']);
  await clock.advance(200);
  react('AllMasterReplicasNotReplicating');
  expect(done).toEqual(['b', 'b']);
});

test('nothing is done to what is in downtime', () => {
  const { done, react } = emergencies();
  react('UnreachableMaster', { skippableDueToDowntime: true });
  expect(done).toEqual([]);
});
