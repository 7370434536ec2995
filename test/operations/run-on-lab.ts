import { startRoutine } from '../../src/main/core/routines/routine.ts';
import type { Saga } from '../../src/main/core/sagas/effects.ts';
import { Executor } from '../../src/main/engine/executor/executor.ts';
import type { MysqlPort } from '../../src/main/engine/ports/mysql.ts';
import type { InstanceFacts } from '../../src/shared/domain/instance.ts';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import type { OperationArgs, OperationName, OperationResult } from '../../src/shared/domain/operation.ts';
import { defaultSettings, type Settings } from '../../src/shared/settings/settings.ts';
import { clock, labAdapter } from '../adapters/mysql/support.ts';
import { server as snapshotOf } from '../core/topology/fleet.ts';
import { MemoryStore } from '../engine/fakes/memory-store.ts';
import type { Lab } from '../lab/index.ts';

const READ_MS = 5000;

/** Runs operations on the servers of a lab, by the executor and the real adapter; maintenance is always granted. */
export class OperationsOnLab {
  readonly mysql: MysqlPort;
  /** What the executor noted. */
  readonly notes: string[] = [];
  private readonly lab: Lab;
  private readonly settings: Settings;
  private readonly seen = new Map<string, InstanceFacts>();

  constructor(lab: Lab, settings: Partial<Settings> = {}) {
    this.lab = lab;
    this.settings = { ...defaultSettings(), MySQLTopologyReadTimeoutSeconds: 10, ...settings };
    this.mysql = labAdapter(lab);
  }

  async run(name: OperationName, args: OperationArgs): Promise<OperationResult> {
    const picture = await this.picture();
    const input = {
      kind: 'operation',
      name,
      args,
      picture,
      settings: this.settings,
      owner: 'test',
      nodeToken: 't',
    } as const;
    const executor = new Executor(`operation:${name}`, {
      mysql: this.mysql,
      clock,
      store: new MemoryStore(),
      fencing: {
        raise: () => Promise.resolve('fenced'),
        lower: () => Promise.resolve('open again'),
        state: () => Promise.resolve('silent'),
      },
      propose: ({ type }) => Promise.resolve(type === 'begin-maintenance' ? { begun: true } : {}),
      runHooks: () => Promise.resolve({ ok: true, value: undefined }),
      onStep: (message) => this.notes.push(message),
      isStopping: () => false,
    });
    return await executor.run(startRoutine(input) as Saga<OperationResult>);
  }

  /** What Baton last saw: the servers that run, as they are, and dead ones as they were at the last look. */
  private async picture() {
    const running = this.lab.servers.filter(({ state }) => state === 'running');
    const read = await Promise.all(running.map(({ key }) => this.mysql.read(key, READ_MS)));
    for (const facts of read) this.seen.set(keyText(facts.key), facts);
    return {
      atMs: clock.nowMs(),
      snapshots: [...this.seen.values()].map((facts) => snapshotOf('x', { snapshot: { key: facts.key, facts } })),
      promotionRules: [],
      downtimed: [],
      clusterAliases: [],
      promotionIgnored: [],
      equivalences: [],
    };
  }
}
