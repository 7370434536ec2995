import type { Neighbours } from '../../src/main/compose.ts';
import type { EffectRecord } from '../../src/main/engine/ports/state-store.ts';
import { startTopology } from '../lab/index.ts';
import { LabEngine } from '../support/lab-engine.ts';
import type { Happening, ReplayScene } from './scenes.ts';
import { expectNoSecrets } from './secrets.ts';

/** Lets it happen to real servers. @returns the exported file */
export async function recordScene(scene: ReplayScene): Promise<Uint8Array> {
  const lab = await startTopology(scene.topology);
  const { user, password } = lab.accounts.repl;
  const settings = { ReplicationCredentialsQuery: `SELECT '${user}', '${password}'`, ...scene.settings };
  const watched = new LabEngine(lab, settings);
  try {
    const death = new DeathAt(scene.happening.kind === 'dies and is left' ? scene.happening.at : null);
    await watched.start(death.between);
    for (const [name, rule] of Object.entries(scene.rules ?? {})) {
      await watched.engine.registerCandidate(lab.byName(name).key, rule);
    }
    // Something to be moved about, so that positions and sets are not the first ones.
    await lab.master.query('CREATE TABLE app.t (id INT PRIMARY KEY)');
    await lab.catchUp();
    await watched.look();
    const bytes = await watched.export(await happen(watched, scene.happening, death));
    expectNoSecrets(bytes, lab);
    return bytes;
  } finally {
    await watched.close();
  }
}

/** @returns the uid of the routine */
async function happen(watched: LabEngine, happening: Happening, death: DeathAt): Promise<string> {
  const { lab } = watched;
  switch (happening.kind) {
    case 'dies': {
      const failed = lab.byName(happening.server);
      await failed.kill();
      return (await watched.recovered(failed)).uid;
    }
    case 'dies and is left': {
      await lab.byName(happening.server).kill();
      await death.came;
      await watched.restart({ RecoverMasterClusterFilters: [] });
      const [recovery] = watched.engine.state().recoveries;
      return recovery?.uid ?? '';
    }
    case 'takeover': {
      const report = await watched.takeOver({ designated: lab.byName(happening.designated).key });
      if (!report.ok || report.recovery === null) throw new Error(report.message);
      return report.recovery.uid;
    }
    default: {
      const { kind, instance, destination } = happening;
      const args = { instance: lab.byName(instance).key };
      const complete = destination === undefined ? args : { ...args, destination: lab.byName(destination).key };
      const { uid, result } = await watched.engine.operate(kind, complete, { dryRun: false, owner: 'test' });
      if (result.state !== 'done') throw new Error(result.message);
      return uid;
    }
  }
}

/** Ends a Baton, as `kill -9` would, when it has written that it is about to send a certain statement. */
class DeathAt {
  readonly came: Promise<void>;
  private readonly at: RegExp | null;
  private readonly tell: () => void;
  private isDead = false;

  constructor(at: RegExp | null) {
    this.at = at;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.came = promise;
    this.tell = resolve;
  }

  /** For `composeEngine`. */
  readonly between = (real: Neighbours): Neighbours => ({
    store: this.mortal(real.store, (args) => this.look(args as [EffectRecord])),
    mysql: this.mortal(real.mysql, () => undefined),
    hooks: this.mortal(real.hooks, () => undefined),
  });

  private look([record]: [EffectRecord]): void {
    if (this.at === null || record.kind !== 'perform' || record.phase !== 'before') return;
    if (this.at.test(record.statement)) queueMicrotask(() => this.die());
  }

  private die(): void {
    this.isDead = true;
    this.tell();
  }

  private mortal<T extends object>(target: T, onRecord: (args: readonly unknown[]) => void): T {
    return new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name, object);
        if (typeof value !== 'function' || name === 'close') return bound(value, object);
        return (...args: unknown[]): unknown => {
          if (this.isDead) throw new Error('This Baton is dead.');
          if (name === 'recordEffect') onRecord(args);
          return value.apply(object, args) as unknown;
        };
      },
    });
  }
}

function bound(value: unknown, object: object): unknown {
  return typeof value === 'function' ? (value.bind(object) as unknown) : value;
}
