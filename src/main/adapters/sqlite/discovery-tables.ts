import type { ArchivedInstance, ArchiveStore, NameStore, StoredName } from '../../engine/ports/state-store.ts';
import type { DataFile } from './data-file.ts';

type NameRow = [hostname: string, port: number, ownHostname: string, ownPort: number, atMs: number];
type ArchiveRow = [
  atMs: number,
  hostname: string,
  port: number,
  sourceHostname: string,
  sourcePort: number,
  clusterName: string,
  version: string,
];

/** The names under which servers were met. */
export class NameTable implements NameStore {
  readonly #file: DataFile;
  readonly #clear;
  readonly #save;
  readonly #all;

  constructor(file: DataFile) {
    this.#file = file;
    const { db } = file;
    this.#clear = db.prepare<[]>('DELETE FROM host_name');
    this.#save = db.prepare<NameRow>('INSERT OR REPLACE INTO host_name VALUES (?, ?, ?, ?, ?)');
    this.#all = db.prepare<[], NameRow>('SELECT * FROM host_name ORDER BY hostname, port').raw();
  }

  saveNames(names: readonly StoredName[]): void {
    this.#file.write('save the names of servers', 'process', () => {
      this.#clear.run();
      for (const { alias, own, atMs } of names) {
        this.#save.run(alias.hostname, alias.port, own.hostname, own.port, Math.trunc(atMs));
      }
    });
  }

  loadNames(): readonly StoredName[] {
    const rows = this.#file.read('read the names of servers', () => this.#all.all());
    return rows.map(([hostname, port, ownHostname, ownPort, atMs]) => ({
      alias: { hostname, port },
      own: { hostname: ownHostname, port: ownPort },
      atMs,
    }));
  }
}

/** Topologies as they were. */
export class ArchiveTable implements ArchiveStore {
  readonly #file: DataFile;
  readonly #save;
  readonly #newest;
  readonly #of;
  readonly #purge;

  constructor(file: DataFile) {
    this.#file = file;
    const { db } = file;
    this.#save = db.prepare<ArchiveRow>('INSERT OR REPLACE INTO topology_history VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#newest = db.prepare<[number], number | null>('SELECT max(at_ms) FROM topology_history WHERE at_ms <= ?');
    this.#newest.pluck();
    this.#of = db
      .prepare<[number], ArchiveRow>('SELECT * FROM topology_history WHERE at_ms = ? ORDER BY hostname, port')
      .raw();
    this.#purge = db.prepare<[number]>('DELETE FROM topology_history WHERE at_ms < ?');
  }

  archiveTopology(atMs: number, instances: readonly ArchivedInstance[]): void {
    this.#file.write('archive the topologies', 'process', () => {
      for (const { key, source, clusterName, version } of instances) {
        this.#save.run(Math.trunc(atMs), key.hostname, key.port, source.hostname, source.port, clusterName, version);
      }
    });
  }

  archivedTopology(atMs: number): { readonly atMs: number; readonly instances: readonly ArchivedInstance[] } | null {
    return this.#file.read('read an archived topology', () => {
      const newest = this.#newest.get(Math.trunc(atMs)) ?? null;
      if (newest === null) return null;
      const instances = this.#of
        .all(newest)
        .map(([, hostname, port, sourceHostname, sourcePort, clusterName, version]) => ({
          key: { hostname, port },
          source: { hostname: sourceHostname, port: sourcePort },
          clusterName,
          version,
        }));
      return { atMs: newest, instances };
    });
  }

  purge(beforeMs: number): void {
    this.#purge.run(beforeMs);
  }
}
