import { writeSync } from 'node:fs';
import { SqliteStore } from '../../../src/main/adapters/sqlite/sqlite-store.ts';
import { CommandLog } from '../../../src/main/engine/command-log/command-log.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: () => Promise.resolve(),
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

const store = SqliteStore.open({ dataFolder: process.argv[2] ?? '' });
const commands = CommandLog.open({ store, clock, log, snapshotEvery: 100 });

/** Four at a time, so that commands share a flush; each is told to the parent once it is promised. */
for (let batch = 0; ; batch++) {
  await Promise.all(
    [0, 1, 2, 3].map(async (lane) => {
      const key = { hostname: `db-${batch * 4 + lane}`, port: 3306 };
      const effectId = store.recordEffect({
        recoveryUid: 'r1',
        place: '',
        atMs: Date.now(),
        phase: 'before',
        beforeId: null,
        kind: 'statement',
        server: key.hostname,
        statement: 'STOP REPLICA',
        effect: null,
        result: null,
        error: '',
        message: '',
      });
      writeSync(1, `effect ${effectId}\n`);
      const result = await commands.propose({ type: 'discover', key, atMs: Date.now() });
      if (result.added) writeSync(1, `known ${key.hostname}\n`);
    }),
  );
}
