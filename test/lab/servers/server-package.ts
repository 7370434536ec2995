import type { Progress } from './progress.ts';

/** The servers that the lab can run, named by product and release line. */
export type LabFlavor = 'mysql97' | 'mysql56' | 'mariadb';

export const LAB_FLAVORS: readonly LabFlavor[] = ['mysql97', 'mysql56', 'mariadb'];

export function isLabFlavor(text: string): text is LabFlavor {
  return (LAB_FLAVORS as readonly string[]).includes(text);
}

/** A server program that can be started on this machine, and the data folder that new servers are copied from. */
export interface ServerPackage {
  readonly flavor: LabFlavor;
  /** As the program reports it, such as `9.7.4` or `10.11.18-MariaDB`. */
  readonly version: string;
  /** Where it came from, for messages. */
  readonly origin: string;
  /** Program to execute: the server, or the loader that starts it. */
  readonly program: string;
  /** Arguments that go before the server's own. */
  readonly programArgs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Server options that tell it where its own files lie; empty for an installed server, which knows. */
  readonly paths: Readonly<Record<string, string>>;
  /** Folder with the SQL that creates the system tables; null for an installed server that knows it itself. */
  readonly systemTables: string | null;
  readonly semiSync: SemiSyncSupport;
}

/** How a server comes by semi-synchronous replication. */
export type SemiSyncSupport = 'plugin' | 'built-in' | 'none';

/** Finds or fetches one flavour. */
export interface ServerSource {
  /** What is tried, as a noun phrase for the error that lists the attempts. */
  readonly title: string;
  /** @returns the package without a template; rejects when this machine can't use the source. */
  obtain(progress: Progress): Promise<ServerPackage>;
}

/**
 * The version in what `mysqld --version` prints, such as `mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))`.
 * @throws Error when there is none.
 */
export function parseServerVersion(output: string): string {
  const version = /Ver (\d+\.\d+\.\d+(?:-MariaDB)?)/.exec(output)?.[1];
  if (!version) throw new Error(`This isn't the version of a MySQL or MariaDB server: ${output.trim().slice(0, 200)}`);
  return version;
}
