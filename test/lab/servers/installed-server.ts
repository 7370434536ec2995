import { dirname, join } from 'node:path';
import { exists } from './cache.ts';
import { findProgram, runCommand } from './command.ts';
import { type LabFlavor, parseServerVersion, type ServerPackage, type ServerSource } from './server-package.ts';

/** The release lines that can stand in for a flavour, as `major.minor` from and up to (both included). */
interface Range {
  readonly programs: readonly string[];
  readonly mariadb: boolean;
  readonly from: number;
  readonly to: number;
  readonly wanted: string;
}

const RANGES: Readonly<Record<LabFlavor, Range>> = {
  mysql97: { programs: ['mysqld'], mariadb: false, from: 8.4, to: 99, wanted: 'MySQL 8.4 or newer' },
  mysql56: { programs: ['mysqld'], mariadb: false, from: 5.6, to: 5.6, wanted: 'MySQL 5.6' },
  mariadb: { programs: ['mariadbd', 'mysqld'], mariadb: true, from: 10.05, to: 99, wanted: 'MariaDB 10.5 or newer' },
};

/** A server of the flavour's release line that is installed on this machine. */
export function installedServer(flavor: LabFlavor): ServerSource {
  const range = RANGES[flavor];
  return {
    title: `${range.wanted} installed (${range.programs.join(' or ')} on the PATH)`,
    obtain: () => find(flavor, range),
  };
}

async function find(flavor: LabFlavor, range: Range): Promise<ServerPackage> {
  const found: string[] = [];
  for (const name of range.programs) {
    const program = await findProgram(name);
    if (!program) continue;
    const version = parseServerVersion(
      await runCommand(program, ['--no-defaults', '--version'], { timeoutMs: 60_000 }),
    );
    if (fits(version, range)) return describe(flavor, program, version);
    found.push(`${program} is ${version}`);
  }
  throw new Error(found.length > 0 ? `${found.join(', ')}.` : 'Not installed.');
}

function fits(version: string, range: Range): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  // 10.5 and 10.11 have to be ordered: two digits for the minor version.
  const line = range.mariadb ? major + minor / 100 : major + minor / 10;
  return version.includes('MariaDB') === range.mariadb && line >= range.from && line <= range.to;
}

async function describe(flavor: LabFlavor, program: string, version: string): Promise<ServerPackage> {
  const base = dirname(dirname(program));
  const share = [join(base, 'share', 'mysql'), join(base, 'share', 'mariadb'), join(base, 'share')];
  let systemTables: string | null = null;
  for (const folder of share) {
    const script = flavor === 'mariadb' ? ['mysql_system_tables.sql', 'mariadb_system_tables.sql'] : [];
    for (const name of script) if (await exists(join(folder, name))) systemTables ??= folder;
  }
  return {
    flavor,
    version,
    origin: program,
    program,
    programArgs: [],
    env: {},
    paths: {},
    systemTables,
    semiSync: flavor === 'mariadb' ? 'built-in' : flavor === 'mysql97' ? 'plugin' : 'none',
  };
}
