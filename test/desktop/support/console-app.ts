import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { HOME, runProgram } from '../../../scripts/run-command.ts';
import { type Display, startDisplay } from './display.ts';
import { MAIN_SCRIPT, obtainElectron } from './electron-runtime.ts';

/** Below the project, where the program finds its own resources; ignored by git. Two test files may build at once. */
const BUILD = join(HOME, 'out', `desktop-test-${process.pid}`);

/** What every start of the built program needs. */
export interface ElectronLab {
  readonly program: string;
  readonly display: Display;
  /** The built main script. */
  readonly main: string;
  stop(): Promise<void>;
}

/** Fetches Electron, starts a screen and builds the program; null, with the reason printed, where that can't be had. */
export async function electronLab(): Promise<ElectronLab | null> {
  try {
    const program = await obtainElectron();
    const display = await startDisplay();
    const stop = async (): Promise<void> => {
      await display.stop();
      await rm(BUILD, { recursive: true, force: true });
    };
    const code = await runProgram('electron-vite/bin/electron-vite.js', [
      'build',
      '--outDir',
      BUILD,
      '--logLevel',
      'error',
    ]);
    if (code !== 0) throw new Error(`The desktop form can't be built (exit code ${code}).`);
    return { program, display, main: join(BUILD, 'main', 'index.cjs'), stop };
  } catch (error) {
    process.stderr.write(`Tests in a real Electron are left out: ${(error as Error).message}\n`);
    return null;
  }
}

export interface ConsoleOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Of an earlier start; a new one by default. */
  readonly folder?: string;
}

/** The program as a person starts it. */
export interface ConsoleApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Home of its data; kept until `forget`. */
  readonly folder: string;
  /** Resolves when its process is gone. */
  readonly ended: Promise<void>;
  /** Ends it without asking, however it stands. */
  kill(): Promise<void>;
  forget(): Promise<void>;
}

const LAUNCH_LIMIT_MS = 20_000;
const CHROMIUM = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];

/** The environment of a start: nothing of the machine's own desktop. */
function environmentOf(
  lab: ElectronLab,
  folder: string,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    LANG: 'en_US.UTF-8',
    DISPLAY: lab.display.name,
    [MAIN_SCRIPT]: lab.main,
    BATON_KEYCHAIN: 'none',
    ...more,
  };
}

function argumentsOf(args: readonly string[] = []): string[] {
  return [...CHROMIUM, ...args];
}

export async function startConsole(
  lab: ElectronLab,
  { args, env, folder: given }: ConsoleOptions = {},
): Promise<ConsoleApp> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'baton-console-')));
  const app = await _electron.launch({
    executablePath: lab.program,
    args: argumentsOf(args),
    env: environmentOf(lab, folder, env),
    timeout: LAUNCH_LIMIT_MS,
  });
  const child = app.process();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await ended;
  };
  const forget = async (): Promise<void> => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const page = await app.firstWindow();
    await page.waitForLoadState('load');
    return { app, page, folder, ended, kill, forget };
  } catch (error) {
    await forget();
    throw error;
  }
}

/** Starts it a second time on the same data. @returns the exit code of that second start */
export async function startAgain(lab: ElectronLab, folder: string, args: readonly string[]): Promise<number | null> {
  const child = spawn(lab.program, argumentsOf(args), { env: environmentOf(lab, folder), stdio: 'ignore' });
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}
