import type { Command } from '../../../src/shared/domain/command.ts';
import type { LogPlace } from '../../../src/shared/domain/instance.ts';
import { keyText } from '../../../src/shared/domain/instance-key.ts';

/** What the command log holds of it that routines ask for. */
export class CommandLog {
  readonly commands: Command[] = [];
  /** Under maintenance by Baton. */
  readonly maintenance = new Set<string>();
  readonly equivalences: (readonly [LogPlace, LogPlace])[] = [];
  private readonly maintained: ReadonlySet<string>;

  /** @param maintained servers that someone else has under maintenance */
  constructor(maintained: ReadonlySet<string>) {
    this.maintained = maintained;
  }

  propose(command: Command): unknown {
    this.commands.push(command);
    switch (command.type) {
      case 'begin-maintenance': {
        const id = keyText(command.key);
        if (this.maintained.has(id) || this.maintenance.has(id)) {
          return { begun: false, existing: { owner: 'alice', reason: 'backup' } };
        }
        this.maintenance.add(id);
        return { begun: true };
      }
      case 'end-maintenance':
        return { ended: this.maintenance.delete(keyText(command.key)) };
      case 'record-equivalence':
        this.equivalences.push([command.one, command.other]);
        return { changed: true };
      case 'register-recovery':
      case 'register-detection':
        return { registered: true };
      default:
        return { changed: true };
    }
  }
}
