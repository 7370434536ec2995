import type { Neighbours } from '../../src/main/compose.ts';
import type { EffectRecord } from '../../src/main/engine/ports/state-store.ts';

/** Where Baton dies: at which effect of the routine, and on which side of it. */
export interface Death {
  /** One of those that `begun` lists. How many waits there are depends on what is written meanwhile: no number would do. */
  readonly at: string;
  /** `before`: it is in the log and was not sent. `after`: it was carried out, and that isn't in the log. */
  readonly side: 'before' | 'after';
}

/** Effects that only look leave nothing behind that the one before them hasn't. */
const LOOKING: ReadonlySet<string> = new Set([
  'routine',
  'read',
  'ask',
  'fence-state',
  'now',
  'sleep',
  'note',
  'phase',
]);

/** What it does, to whom, without what differs from run to run. */
function labelOf({ kind, server, statement, effect }: EffectRecord): string {
  if (kind !== 'propose')
    return `${kind} ${server} ${statement.replace(/\(.*/s, '').replace(/(CHANGE \S+|UNTIL).*/s, '$1')}`;
  const { command } = JSON.parse(effect ?? '{}') as {
    readonly command: { readonly type: string; readonly key?: object };
  };
  return `propose ${command.type} ${Object.values(command.key ?? {}).join(':')}`;
}

class Dead extends Error {
  override readonly name = 'Dead';
}

/**
 * Stands between an engine and its neighbours, and lets it die as `kill -9` would: from one moment on nothing that it
 * says reaches a server, a hook or the disk, and its connections are gone.
 */
export class Mortal {
  /** What was begun, such as `perform db2:3306 STOP REPLICA #0`: the places where it can die. */
  readonly begun: string[] = [];
  private readonly death: Death | null;
  private dead = false;
  private real: Neighbours | null = null;
  private fatalLine = -1;

  constructor(death: Death | null) {
    this.death = death;
  }

  get isDead(): boolean {
    return this.dead;
  }

  /** For `composeEngine`. */
  readonly between = (real: Neighbours): Neighbours => {
    this.real = real;
    const mortal = <T extends object>(target: T): T =>
      new Proxy(target, {
        get: (object, name, receiver) => {
          const value: unknown = Reflect.get(object, name, object);
          if (typeof value !== 'function') return value;
          return (...args: unknown[]): unknown => {
            if (this.dead) throw new Dead('This Baton is dead.');
            const given: unknown =
              name === 'recordEffect' ? this.recordEffect(args as never) : value.apply(object, args);
            return receiver === undefined ? given : this.afterwards(given);
          };
        },
      });
    return { store: mortal(real.store), mysql: mortal(real.mysql), hooks: mortal(real.hooks) };
  };

  /** What answers after the death is not heard. */
  private afterwards(given: unknown): unknown {
    if (!(given instanceof Promise)) return given;
    return given.then((value: unknown) => {
      if (this.dead) throw new Dead('This Baton is dead.');
      return value;
    });
  }

  private recordEffect(args: [EffectRecord, (readonly EffectRecord[])?]): number {
    const [record] = args;
    if (record.phase === 'after' && record.beforeId === this.fatalLine) this.die();
    const id = this.real?.store.recordEffect(...args) ?? 0;
    if (record.phase !== 'before' || LOOKING.has(record.kind)) return id;
    const label = labelOf(record);
    const at = `${label} #${this.begun.filter((each) => each.startsWith(`${label} #`)).length}`;
    this.begun.push(at);
    if (this.death?.at !== at) return id;
    if (this.death.side === 'after') this.fatalLine = id;
    else this.die();
    return id;
  }

  private die(): never {
    this.dead = true;
    void this.real?.mysql.close();
    this.real?.store.close();
    throw new Dead('Baton is dead.');
  }
}
