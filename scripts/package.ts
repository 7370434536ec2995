import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { electronAddress, whyNotReachable } from './electron-download.ts';
import { HOME, runProgram } from './run-command.ts';

// Installable packages of the desktop form, into dist: `npm run package`, with electron-builder's own arguments for other
// systems than Linux (`npm run package -- --mac`). BATON_UPDATE_URL names a feed from which the program updates itself;
// ELECTRON_DIST a folder with an unpacked Electron, where none is to be fetched.

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly homepage?: string;
  readonly author?: unknown;
}

const manifest = JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8')) as Manifest;
process.exitCode = await packageDesktop(process.argv.slice(2));

async function packageDesktop(given: readonly string[]): Promise<number> {
  const version = manifest.devDependencies.electron ?? '';
  const { BATON_UPDATE_URL: feed, ELECTRON_DIST: unpacked } = process.env;
  if (!unpacked) {
    const address = electronAddress(version, process.env);
    const problem = await whyNotReachable(address);
    if (problem !== null) {
      process.stderr.write(
        `Nothing was packaged: Electron ${version} has to be fetched, and ${address} can't be had: ${problem}.\n` +
          'Run this where that host can be reached, name a mirror in ELECTRON_MIRROR, or an unpacked Electron in ELECTRON_DIST.\n',
      );
      return 1;
    }
  }
  const built = await runProgram('electron-vite/bin/electron-vite.js', ['build']);
  if (built !== 0) return built;
  return await runProgram('electron-builder/cli.js', [
    '--config',
    'build/electron-builder.yml',
    '--publish',
    'never',
    ...targets(given),
    ...(unpacked ? [`--config.electronDist=${unpacked}`] : []),
    ...(feed ? ['--config.publish.provider=generic', `--config.publish.url=${feed}`] : []),
  ]);
}

function targets(given: readonly string[]): readonly string[] {
  if (given.length > 0) return given;
  if (manifest.homepage !== undefined && manifest.author !== undefined) return ['--linux'];
  process.stderr.write('No .deb is made: it needs "homepage" and "author" in package.json.\n');
  return ['--linux', 'AppImage'];
}
