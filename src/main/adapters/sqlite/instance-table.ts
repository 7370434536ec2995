import type { InstanceSnapshot } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { InstanceStore } from '../../engine/ports/state-store.ts';
import type { DataFile } from './data-file.ts';

/** The last picture of each server. It can be polled again, so a damaged one is left out rather than in the way. */
export class InstanceTable implements InstanceStore {
  readonly #file: DataFile;
  readonly #save;
  readonly #delete;
  readonly #all;

  constructor(file: DataFile) {
    this.#file = file;
    const { db } = file;
    this.#save = db.prepare<[string, number, string]>(
      'INSERT OR REPLACE INTO instance_snapshot (hostname, port, snapshot) VALUES (?, ?, ?)',
    );
    this.#delete = db.prepare<[string, number]>('DELETE FROM instance_snapshot WHERE hostname = ? AND port = ?');
    this.#all = db.prepare<[], string>('SELECT snapshot FROM instance_snapshot ORDER BY hostname, port').pluck();
  }

  saveSnapshots(batch: readonly InstanceSnapshot[]): void {
    if (batch.length === 0) return;
    this.#file.write('save what it knows of the servers', 'process', () => {
      for (const snapshot of batch) {
        this.#save.run(snapshot.key.hostname, snapshot.key.port, JSON.stringify(snapshot));
      }
    });
  }

  loadSnapshots(): readonly InstanceSnapshot[] {
    return this.#file.read('read what it knew of the servers', () => this.#all.all()).flatMap(parseSnapshot);
  }

  deleteSnapshots(keys: readonly InstanceKey[]): void {
    if (keys.length === 0) return;
    this.#file.write('forget servers', 'process', () => {
      for (const { hostname, port } of keys) this.#delete.run(hostname, port);
    });
  }
}

function parseSnapshot(text: string): InstanceSnapshot[] {
  try {
    const snapshot: InstanceSnapshot = JSON.parse(text);
    return [{ ...snapshot, stale: true }];
  } catch {
    return [];
  }
}
