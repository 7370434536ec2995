import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FuseState, FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses';

/**
 * Sets the fuses of a packed program, before it is signed: what the shipped runtime can be used for beyond running Baton
 * (Electron security tutorial, item 19). A runtime that is too old for one of them goes without it, and that is said.
 */
export default async function afterPack({ appOutDir, electronPlatformName, packager }) {
  const program = programIn(appOutDir, electronPlatformName, packager);
  const wanted = Object.entries(JSON.parse(await readFile(new URL('./fuses.json', import.meta.url), 'utf8')));
  const there = await getCurrentFuseWire(program);
  const isThere = ([name]) => there[FuseV1Options[name]] !== undefined;
  for (const [name] of wanted.filter((one) => !isThere(one))) console.warn(`  • this Electron has no fuse ${name}`);
  const settable = wanted.filter(isThere);
  await flipFuses(program, {
    version: FuseVersion.V1,
    resetAdHocDarwinSignature: electronPlatformName === 'darwin',
    ...Object.fromEntries(settable.map(([name, on]) => [FuseV1Options[name], on])),
  });
  const set = await getCurrentFuseWire(program);
  for (const [name, on] of settable) {
    const state = set[FuseV1Options[name]];
    if (state !== (on ? FuseState.ENABLE : FuseState.DISABLE)) throw new Error(`The fuse ${name} could not be set.`);
  }
}

function programIn(folder, platform, { appInfo, executableName }) {
  if (platform === 'darwin') return join(folder, `${appInfo.productFilename}.app`);
  return join(folder, platform === 'win32' ? `${appInfo.productFilename}.exe` : executableName);
}
