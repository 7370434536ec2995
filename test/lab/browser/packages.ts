import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheEntry } from '../servers/cache.ts';
import { findProgram, runCommand } from '../servers/command.ts';
import { unpackFromDebian } from '../servers/debian.ts';
import { gatherLibraries } from '../servers/debian-libraries.ts';
import { NO_PROGRESS, type Progress } from '../servers/progress.ts';

/** A Chromium, and what it needs in its environment. */
export interface Browser {
  readonly executable: string;
  readonly env: Readonly<Record<string, string>>;
}

const SUITE = 'bookworm';
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'] as const;
/** With fonts for Chinese: without them every text in it is a row of boxes. */
const PACKAGES = ['chromium', 'fontconfig', 'fonts-dejavu-core', 'fonts-wqy-microhei'];

/**
 * The machine's own Chromium, else that of Debian 12 from the lab's cache or fetched into it; with fonts for both
 * languages of the console either way, where they can be had.
 * @throws Error when this machine has none and can't fetch one
 */
export async function obtainBrowser(progress: Progress = NO_PROGRESS): Promise<Browser> {
  for (const name of NAMES) {
    const executable = await findProgram(name);
    if (executable) return { executable, env: await fontsFor(progress) };
  }
  const folder = await fetched(progress);
  const env = { LD_LIBRARY_PATH: join(folder, 'libraries'), FONTCONFIG_FILE: join(folder, 'fonts.conf') };
  return { executable: join(folder, 'root/usr/lib/chromium/chromium'), env };
}

async function fetched(progress: Progress): Promise<string> {
  if (process.platform !== 'linux') {
    throw new Error(`No Chromium is on the PATH, and Debian's needs Linux; this is ${process.platform}.`);
  }
  return await cacheEntry('chromium', progress, async (building, final) => {
    await unpackFromDebian(building, SUITE, PACKAGES, progress);
    await gatherLibraries(building);
    await writeFonts(building, final);
    const program = join(building, 'root/usr/lib/chromium/chromium');
    await runCommand(program, ['--version'], { env: { LD_LIBRARY_PATH: join(building, 'libraries') } });
  });
}

/** Fonts for Chinese where the machine has none; nothing where that can't be found out or helped. */
async function fontsFor(progress: Progress): Promise<Readonly<Record<string, string>>> {
  if (process.platform !== 'linux') return {};
  const listed = await runCommand('fc-list', [':lang=zh', 'family']).catch(() => null);
  if (listed !== null && listed.trim() !== '') return {};
  try {
    const folder = await cacheEntry('console-fonts', progress, async (building, final) => {
      await unpackFromDebian(building, SUITE, ['fonts-dejavu-core', 'fonts-wqy-microhei'], progress);
      await writeFonts(building, final);
    });
    return { FONTCONFIG_FILE: join(folder, 'fonts.conf') };
  } catch {
    return {};
  }
}

async function writeFonts(folder: string, final: string): Promise<void> {
  await mkdir(join(folder, 'font-cache'), { recursive: true });
  const configuration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(final, 'root/usr/share/fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(final, 'font-cache')}</cachedir>
</fontconfig>
`;
  await writeFile(join(folder, 'fonts.conf'), configuration);
}
