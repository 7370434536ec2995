import { mariadbFromDebian, mysqlFromDebian } from './debian-packages.ts';
import { installedServer } from './installed-server.ts';
import { mysql56FromNpm } from './mysql56-package.ts';
import { NO_PROGRESS, type Progress } from './progress.ts';
import type { LabFlavor, ServerPackage, ServerSource } from './server-package.ts';
import { dataTemplate } from './template.ts';

/** A server that is ready to be started from a copy of `template`. */
export interface ReadyServer {
  readonly server: ServerPackage;
  readonly template: string;
}

const SOURCES: Readonly<Record<LabFlavor, readonly ServerSource[]>> = {
  mysql97: [mysqlFromDebian, installedServer('mysql97')],
  mysql56: [mysql56FromNpm, installedServer('mysql56')],
  mariadb: [mariadbFromDebian, installedServer('mariadb')],
};

const underWay = new Map<LabFlavor, Promise<ReadyServer>>();

/**
 * Makes a flavour available: from the cache, else fetched into it, else as installed on the machine.
 * @throws Error that lists what was tried, why each attempt failed, and what to install.
 */
export function obtainServer(flavor: LabFlavor, progress: Progress = NO_PROGRESS): Promise<ReadyServer> {
  const started = underWay.get(flavor);
  if (started) return started;
  const work = obtain(flavor, progress);
  underWay.set(flavor, work);
  // The next call may find the network back.
  work.catch(() => underWay.delete(flavor));
  return work;
}

async function obtain(flavor: LabFlavor, progress: Progress): Promise<ReadyServer> {
  const failures: string[] = [];
  for (const source of SOURCES[flavor]) {
    try {
      const server = await source.obtain(progress);
      return { server, template: await dataTemplate(server, progress) };
    } catch (error) {
      failures.push(`- ${source.title}: ${(error as Error).message}`);
    }
  }
  throw new Error(
    `No ${flavor} server could be had on this machine. Tried:\n${failures.join('\n')}\n` +
      `Install one of the servers named above, or run where its packages can be fetched.`,
  );
}
