import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { debianMirrors } from './apt-sources.ts';
import { cacheEntry, cacheFolder } from './cache.ts';
import { neededBytes } from './debian.ts';
import { NO_PROGRESS } from './progress.ts';
import { parseServerVersion } from './server-package.ts';

describe('Debian mirrors in apt sources', () => {
  test.each([
    {
      what: 'deb822, without the security archive and without other vendors',
      name: 'debian.sources',
      text: `Types: deb
# http://snapshot.example/archive/debian/20250520T000000Z
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
URIs: https://packages.example/node_20.x
Suites: nodistro
`,
      mirrors: [{ uri: 'http://mirror.example/debian', signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg' }],
    },
    {
      what: 'one-line entries with options',
      name: '/etc/apt/sources.list',
      text: `# deb http://commented.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] https://a.example/debian/ trixie main contrib
deb-src http://b.example/debian trixie main
deb http://c.example/debian stable main
deb cdrom:[Debian 12]/ bookworm main
deb http://c.example/debian-security stable-security main`,
      mirrors: [
        { uri: 'https://a.example/debian', signedBy: '/k.gpg' },
        { uri: 'http://c.example/debian', signedBy: '' },
      ],
    },
    {
      what: 'a disabled paragraph, and a key block inside the file',
      name: 'x.sources',
      text: `Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: sid

Types: deb
URIs: http://on.example/debian http://two.example/debian
Suites: sid
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc
 -----END PGP PUBLIC KEY BLOCK-----
`,
      mirrors: ['on', 'two'].map((host) => ({
        uri: `http://${host}.example/debian`,
        signedBy: '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----',
      })),
    },
    {
      what: 'another distribution',
      name: 'ubuntu.sources',
      text: 'Types: deb\nURIs: http://archive.ubuntu.com/ubuntu\nSuites: noble\nComponents: main\n',
      mirrors: [],
    },
  ])('$what', ({ name, text, mirrors }) => {
    expect(debianMirrors([{ name, text }])).toEqual(mirrors);
  });
});

test.each([
  ['Need to get 65.6 MB of archives.', 65_600_000],
  ['Need to get 1,024 kB/65.6 MB of archives.', 65_600_000],
  ['Need to get 512 B of archives.', 512],
  ['After this operation, 91.0 MB of additional disk space will be used.', null],
])('size of a download: %s', (line, bytes) => {
  expect(neededBytes(line)).toBe(bytes);
});

test.each([
  ['/x/mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))', '9.7.4'],
  ['mysqld  Ver 5.6.24 for Linux on x86_64 (MySQL Community Server (GPL))', '5.6.24'],
  ['mariadbd  Ver 10.11.18-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)', '10.11.18-MariaDB'],
])('version of a server: %s', (output, version) => {
  expect(parseServerVersion(output)).toBe(version);
});

describe('the cache', () => {
  let folder: string;
  const before = process.env.BATON_LAB_CACHE;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'baton-lab-cache-'));
    process.env.BATON_LAB_CACHE = folder;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.BATON_LAB_CACHE;
    else process.env.BATON_LAB_CACHE = before;
    rmSync(folder, { recursive: true });
  });

  const fill = async (building: string): Promise<void> => writeFileSync(join(building, 'file'), 'whole');

  test('builds an entry once for all who ask at the same time', async () => {
    let builds = 0;
    const build = async (building: string): Promise<void> => {
      builds++;
      await fill(building);
    };
    const paths = await Promise.all([1, 2, 3].map(() => cacheEntry('thing', NO_PROGRESS, build)));
    expect(builds).toBe(1);
    expect(new Set(paths).size).toBe(1);
    expect(readFileSync(join(paths[0] ?? '', 'file'), 'utf8')).toBe('whole');
    expect(readdirSync(cacheFolder())).toEqual(['thing']);
  });

  test('a build that fails leaves nothing, and the next one may succeed', async () => {
    const failing = cacheEntry('thing', NO_PROGRESS, async (building) => {
      await fill(building);
      throw new Error('no network');
    });
    await expect(failing).rejects.toThrow('no network');
    expect(readdirSync(cacheFolder())).toEqual([]);
    expect(existsSync(join(await cacheEntry('thing', NO_PROGRESS, fill), 'file'))).toBe(true);
  });

  test('a lock and a half-built entry of a process that is gone are cleared away', async () => {
    const gone = spawnSync(process.execPath, ['--version']).pid;
    mkdirSync(join(cacheFolder(), `building-${gone}-abcd`), { recursive: true });
    writeFileSync(join(cacheFolder(), 'thing.lock'), String(gone));
    await cacheEntry('thing', NO_PROGRESS, fill);
    expect(readdirSync(cacheFolder())).toEqual(['thing']);
  });
});
