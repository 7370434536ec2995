import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheEntry, exists } from './cache.ts';
import { runCommand } from './command.ts';
import type { Progress } from './progress.ts';
import type { ServerPackage } from './server-package.ts';

/** Sizes that are fixed when a data folder is made, and options that its makers need. Small: every server copies them. */
const BUILD_OPTIONS: Readonly<Record<ServerPackage['flavor'], readonly string[]>> = {
  mysql97: ['--innodb-redo-log-capacity=8M', '--innodb-buffer-pool-size=32M', '--innodb-doublewrite=OFF'],
  mysql56: ['--innodb-log-file-size=4M', '--innodb-buffer-pool-size=16M', '--skip-innodb-doublewrite'],
  mariadb: ['--innodb-log-file-size=8M', '--innodb-buffer-pool-size=16M', '--skip-innodb-doublewrite'],
};

/** Scripts that create MariaDB's system tables, in order, as `mariadb-install-db` runs them; the last ones are not everywhere. */
const MARIADB_SCRIPTS = [
  'system_tables.sql',
  'performance_tables.sql',
  'system_tables_data.sql',
  'fill_help_tables.sql',
  'maria_add_gis_sp_bootstrap.sql',
  'sys_schema.sql',
];

/**
 * A data folder with system tables, `root@localhost` without a password and nothing else, made once per server version.
 * @returns its path; to be copied, never started.
 */
export async function dataTemplate(server: ServerPackage, progress: Progress): Promise<string> {
  const entry = await cacheEntry(`${server.flavor}-template-${server.version}`, progress, async (folder) => {
    progress({ message: `Initialising a data folder for ${server.flavor} ${server.version}` });
    const data = join(folder, 'data');
    if (server.flavor === 'mysql97') await initialise(server, folder, data);
    else if (server.flavor === 'mysql56') await initialise56(server, folder, data);
    else await initialiseMariadb(server, folder, data);
    // Each copy has to find an identity of its own (server UUID).
    await rm(join(data, 'auto.cnf'), { force: true });
    await rm(join(folder, 'init.sql'), { force: true });
  });
  return join(entry, 'data');
}

function baseArgs(server: ServerPackage, data: string): string[] {
  const paths = Object.entries(server.paths).map(([key, value]) => `--${key}=${value}`);
  const user = process.getuid?.() === 0 ? ['--user=root'] : [];
  const options = BUILD_OPTIONS[server.flavor];
  return [
    ...server.programArgs,
    '--no-defaults',
    ...paths,
    `--datadir=${data}`,
    '--secure-file-priv=',
    ...user,
    ...options,
  ];
}

async function initialise(server: ServerPackage, folder: string, data: string): Promise<void> {
  const args = [...baseArgs(server, data), '--initialize-insecure', '--skip-log-bin'];
  await runCommand(server.program, args, { cwd: folder, env: server.env, timeoutMs: 300_000 });
}

/** The package brings a data folder; one bootstrap run adds redo logs to it and closes it cleanly. */
async function initialise56(server: ServerPackage, folder: string, data: string): Promise<void> {
  const given = join(server.paths.basedir ?? '', 'data', 'mysql');
  if (!(await exists(given))) throw new Error(`${server.origin} brings no data folder (looked in ${given}).`);
  await cp(given, data, { recursive: true });
  const accounts = [
    "DELETE FROM mysql.user WHERE User <> 'root' OR Host <> 'localhost';",
    "DELETE FROM mysql.db WHERE Db LIKE 'test%';",
  ];
  const args = [...baseArgs(server, data), '--bootstrap', '--skip-grant-tables'];
  await runCommand(server.program, args, { cwd: folder, env: server.env, input: `${accounts.join('\n')}\n` });
}

async function initialiseMariadb(server: ServerPackage, folder: string, data: string): Promise<void> {
  const share = server.systemTables;
  if (!share) throw new Error(`${server.origin}: found no mysql_system_tables.sql beside the server.`);
  await mkdir(join(data, 'mysql'), { recursive: true });
  // The bootstrap reader takes one statement a line.
  const sql = ['CREATE DATABASE IF NOT EXISTS mysql;', 'USE mysql;', 'SET @auth_root_socket=NULL;'];
  for (const name of MARIADB_SCRIPTS) sql.push(await script(share, name));
  sql.push("DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys' AND (User <> 'root' OR Host <> 'localhost');");
  sql.push("DELETE FROM mysql.proxies_priv WHERE Host <> 'localhost';");
  await runCommand(server.program, [...baseArgs(server, data), '--bootstrap'], {
    cwd: folder,
    env: server.env,
    input: `${sql.join('\n')}\n`,
  });
  // Stops the server from complaining that the tables were never upgraded.
  await writeFile(join(data, 'mysql_upgrade_info'), server.version);
  await stat(join(data, 'mysql', 'global_priv.frm'));
}

async function script(share: string, name: string): Promise<string> {
  for (const prefix of ['mysql_', 'mariadb_', '']) {
    const path = join(share, `${prefix}${name}`);
    if (await exists(path)) return readFile(path, 'utf8');
  }
  return '';
}
