import { expect, test } from 'vitest';
import { applyCommand } from '../../../src/main/core/commands/reducer.ts';
import { type CommandState, EMPTY_STATE } from '../../../src/main/core/commands/state.ts';
import { buildTopology } from '../../../src/main/core/topology/build-topology.ts';
import { KeyValueService } from '../../../src/main/engine/kv/key-value-service.ts';
import type { HostAddresses } from '../../../src/shared/domain/key-value.ts';
import { key, server } from '../../core/topology/fleet.ts';
import { FakeKeyValueStore } from '../fakes/fake-key-value-store.ts';
import { RecordingLog } from '../fakes/recording-log.ts';
import { testSettings } from '../fakes/settings.ts';
import { settled, VirtualClock } from '../fakes/virtual-clock.ts';

const UNKNOWN: HostAddresses = { ipv4: '', ipv6: '' };

/** A name service that answers for the old source only when it is told to. */
function stage() {
  const clock = new VirtualClock();
  const store = new FakeKeyValueStore('a store');
  let answer: () => void = () => undefined;
  const slow = new Promise<HostAddresses>((resolve) => {
    answer = () => resolve(UNKNOWN);
  });
  let state: CommandState = EMPTY_STATE;
  const topology = buildTopology([
    server('a', { facts: { suggestedClusterAlias: 'shop' } }),
    server('b', { below: 'a' }),
  ]);
  const service = new KeyValueService({
    clock,
    log: new RecordingLog(),
    settings: () => testSettings(),
    state: () => state,
    topology: () => topology,
    propose: async (command) => {
      state = applyCommand(state, command).state;
    },
    audit: () => undefined,
    stores: [store],
    addresses: { addressesOf: (host) => (host === 'a' ? slow : Promise.resolve(UNKNOWN)) },
  });
  const kept = (): string | undefined => state.keyValues.get('mysql/master/shop');
  return { clock, store, service, answer: () => answer(), kept };
}

const PROMOTION = { clusterName: 'a:3306', clusterAlias: 'shop', master: key('b'), say: () => undefined };

test.each([
  ['on demand', (service: KeyValueService): Promise<unknown> => service.submit(null)],
  ['by the check', (service: KeyValueService): Promise<unknown> => service.tick()],
])('entries of the old source that a promotion has overtaken are not written %s', async (_, begin) => {
  const { clock, store, service, answer, kept } = stage();
  await clock.advance(60_000);
  const older = begin(service);
  await settled();
  await service.promoted(PROMOTION);
  answer();
  await older;
  expect([store.entries.get('mysql/master/shop'), kept()]).toEqual(['b:3306', 'b:3306']);
  expect(store.writes.flatMap(({ groups }) => groups.flat()).filter(({ value }) => value === 'a:3306')).toEqual([]);
});
