import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DebianMirror, debianMirrors, type SourceFile } from './apt-sources.ts';
import { exists } from './cache.ts';
import { findProgram, runCommand } from './command.ts';
import type { Progress } from './progress.ts';

const KEYRING_FOLDERS = ['/usr/share/keyrings', '/etc/apt/trusted.gpg.d', '/etc/apt/keyrings'];
const KEYRING = 'debian-archive-keyring.gpg';
/** Documentation, translations and Perl: what the packages bring along and a server never opens. */
const UNUSED = ['usr/share/doc', 'usr/share/man', 'usr/share/perl', 'usr/share/locale', 'usr/share/info', 'var'];

/**
 * Fetches packages of a Debian suite with everything that they depend on, and unpacks them under `folder`.
 *
 * apt runs with a root of its own — sources, lists, caches, an empty dpkg status — so the machine's package state is neither
 * read nor changed, root isn't needed, and even the C library is the suite's own (apt.conf(5), "Directories").
 * @throws Error that says what is missing when this machine has no apt, no dpkg or no Debian key ring.
 */
export async function unpackFromDebian(
  folder: string,
  suite: string,
  packages: readonly string[],
  progress: Progress,
): Promise<void> {
  for (const program of ['apt-get', 'apt-config', 'dpkg']) {
    if (!(await findProgram(program))) throw new Error(`${program} is not on this machine.`);
  }
  const apt = join(folder, 'apt');
  const mirrors = await machineMirrors();
  if (mirrors.length === 0) throw new Error("This machine's apt sources name no Debian mirror.");
  const failures: string[] = [];
  for (const mirror of mirrors) {
    try {
      await rm(apt, { recursive: true, force: true });
      const config = await privateAptRoot(apt, suite, mirror);
      await download(config, suite, packages, progress);
      await unpackArchives(join(apt, 'archives'), folder, progress);
      await rm(apt, { recursive: true, force: true });
      return;
    } catch (error) {
      failures.push(`${mirror.uri}: ${(error as Error).message}`);
    }
  }
  throw new Error(failures.join('\n'));
}

/** The mirrors of the machine's own sources. */
async function machineMirrors(): Promise<readonly DebianMirror[]> {
  const files: SourceFile[] = [];
  const add = async (path: string): Promise<void> => {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) files.push({ name: path, text });
  };
  await add('/etc/apt/sources.list');
  const parts = await readdir('/etc/apt/sources.list.d').catch(() => []);
  for (const name of parts.sort()) {
    if (name.endsWith('.list') || name.endsWith('.sources')) await add(join('/etc/apt/sources.list.d', name));
  }
  return debianMirrors(files);
}

async function keyring(mirror: DebianMirror, apt: string): Promise<string> {
  if (mirror.signedBy.includes('BEGIN PGP')) {
    const file = join(apt, 'mirror.asc');
    await writeFile(file, `${mirror.signedBy}\n`);
    return file;
  }
  const candidates = [mirror.signedBy, ...KEYRING_FOLDERS.map((folder) => join(folder, KEYRING))];
  for (const file of candidates) {
    if (file.startsWith('/') && (await exists(file))) return file;
  }
  throw new Error(`No Debian key ring found; install the package debian-archive-keyring (looked for ${KEYRING}).`);
}

/** @returns the configuration file of the private root. */
async function privateAptRoot(apt: string, suite: string, mirror: DebianMirror): Promise<string> {
  await mkdir(join(apt, 'archives', 'partial'), { recursive: true });
  await mkdir(join(apt, 'lists', 'partial'), { recursive: true });
  await mkdir(join(apt, 'none'));
  await writeFile(join(apt, 'status'), '');
  const sources = join(apt, 'sources.list');
  await writeFile(sources, `deb [signed-by=${await keyring(mirror, apt)}] ${mirror.uri} ${suite} main\n`);
  // How the machine reaches the network (proxy, timeouts) is kept; its hooks and extra indexes aren't.
  const machine = await runCommand('apt-config', ['dump']);
  const acquire = machine
    .split('\n')
    .filter((line) => /^Acquire::/i.test(line) && !/^Acquire::IndexTargets/i.test(line));
  const settings: [string, string][] = [
    ['Dir::Etc::Main', '/dev/null'],
    ['Dir::Etc::Parts', join(apt, 'none')],
    ['Dir::Etc::SourceList', sources],
    ['Dir::Etc::SourceParts', join(apt, 'none')],
    ['Dir::Etc::Preferences', '/dev/null'],
    ['Dir::Etc::PreferencesParts', join(apt, 'none')],
    ['Dir::State', apt],
    ['Dir::State::Lists', join(apt, 'lists')],
    ['Dir::State::Status', join(apt, 'status')],
    ['Dir::Cache', apt],
    ['Dir::Cache::Archives', join(apt, 'archives')],
    ['Dir::Log', apt],
    ['APT::Install-Recommends', 'false'],
    ['APT::Keep-Downloaded-Packages', 'true'],
    ['Acquire::Languages', 'none'],
    ['Acquire::Retries', '3'],
  ];
  if (process.getuid?.() === 0) settings.push(['APT::Sandbox::User', 'root']);
  const lines = settings.map(([key, value]) => `${key} "${value}";`);
  const config = join(apt, 'apt.conf');
  await writeFile(config, `${[...acquire, ...lines].join('\n')}\n`);
  return config;
}

async function download(config: string, suite: string, packages: readonly string[], progress: Progress): Promise<void> {
  const env = { APT_CONFIG: config, DEBIAN_FRONTEND: 'noninteractive' };
  progress({ message: `Reading Debian's list of packages (${suite})` });
  // Without this, apt only warns when a list can't be fetched, and then knows no package.
  await runCommand('apt-get', ['-o', 'APT::Update::Error-Mode=any', 'update'], { env });
  const message = `Downloading ${packages.join(', ')} from Debian ${suite}`;
  let totalBytes = 0;
  let shownPercent = 0;
  progress({ message });
  await runCommand(
    'apt-get',
    ['-y', '--no-install-recommends', '--download-only', '-o', 'APT::Status-Fd=3', 'install', ...packages],
    {
      env,
      onStdoutLine: (line) => {
        totalBytes = neededBytes(line) ?? totalBytes;
      },
      onStatusLine: (line) => {
        const percent = Math.floor(Number(/^dlstatus:\d+:([\d.]+):/.exec(line)?.[1] ?? 0));
        if (percent <= shownPercent || totalBytes === 0) return;
        shownPercent = percent;
        progress({ message, receivedBytes: Math.round((totalBytes * percent) / 100), totalBytes });
      },
    },
  );
}

/** Reads `Need to get 65.6 MB of archives.` or `Need to get 1 kB/65.6 MB of archives.` */
export function neededBytes(line: string): number | null {
  const match = /^Need to get (?:[\d.,]+ \w+\/)?([\d.,]+) ([kMG]?)B of archives/.exec(line);
  if (!match?.[1]) return null;
  const scale: Record<string, number> = { '': 1, k: 1e3, M: 1e6, G: 1e9 };
  return Math.round(Number(match[1].replaceAll(',', '')) * (scale[match[2] ?? ''] ?? 1));
}

async function unpackArchives(archives: string, folder: string, progress: Progress): Promise<void> {
  const root = join(folder, 'root');
  await mkdir(root);
  const names = (await readdir(archives)).filter((name) => name.endsWith('.deb')).sort();
  progress({ message: `Unpacking ${names.length} packages` });
  for (const name of names) await runCommand('dpkg', ['-x', join(archives, name), root]);
  for (const unused of UNUSED) await rm(join(root, unused), { recursive: true, force: true });
}

/** The loader and the library folders of an unpacked suite, relative to `root`. */
export interface PrivateLoader {
  readonly loader: string;
  readonly libraryFolders: readonly string[];
}

/**
 * Finds the dynamic loader that was unpacked with the packages.
 * @throws Error when there is none: the unpacked tree isn't complete.
 */
export async function privateLoader(root: string): Promise<PrivateLoader> {
  const folders: string[] = [];
  let loader = '';
  for (const base of ['lib', 'usr/lib', 'lib64', 'usr/lib64']) {
    for (const name of await readdir(join(root, base)).catch(() => [])) {
      if (/^ld-linux.*\.so\.\d+$/.test(name) && loader === '') loader = join(base, name);
      if (!/-linux-gnu/.test(name)) continue;
      folders.push(join(base, name));
      const inside = await readdir(join(root, base, name)).catch(() => []);
      const found = inside.find((file) => /^ld-linux.*\.so\.\d+$/.test(file));
      if (found) loader = join(base, name, found);
    }
  }
  if (loader === '') throw new Error(`No dynamic loader (ld-linux…) among the unpacked packages in ${root}.`);
  return { loader, libraryFolders: folders };
}
