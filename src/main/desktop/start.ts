import { join } from 'node:path';
import { app, dialog, powerMonitor } from 'electron';
import { reasonOf } from '../../shared/errors/reason-of.ts';
import { batonVersion } from '../version.ts';
import { DesktopShell } from './desktop-shell.ts';
import { embeddedProblem } from './engine/embedded-runtime.ts';
import { desktopKeychain } from './keychain.ts';
import { lockDown } from './lock-down.ts';
import { registerScheme, servePage } from './page/page-protocol.ts';
import { LINK_SCHEME } from './shell/deep-link.ts';
import { ShellStore } from './shell/shell-store.ts';
import { type StartArguments, startArguments } from './shell/start-arguments.ts';
import { EN } from './shell/texts/en.ts';

const RENDERER = join(import.meta.dirname, '..', 'renderer');
/** An engine that can't stop must not keep a program alive that somebody wants to end. */
const STOP_LIMIT_MS = 15_000;

/** Starts the console, or hands over to the one that runs already. */
export async function startDesktop(): Promise<void> {
  registerScheme();
  const args = argumentsOf(process.argv);
  if (args === null) return app.exit(2);
  if (!app.requestSingleInstanceLock()) return app.exit(0);
  app.setAppUserModelId('org.baton.console');
  if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
  const early = catchEarly();
  await app.whenReady();
  lockDown();
  servePage(RENDERER);
  const desktop = new DesktopShell({
    store: new ShellStore({
      folder: app.getPath('userData'),
      platform: process.platform,
      version: batonVersion(),
      locale: app.getLocale(),
      embeddedProblem: embeddedProblem(process.versions.node),
    }),
    keychain: desktopKeychain(),
    folder: app.getPath('userData'),
    version: batonVersion(),
    arguments: args,
  });
  listen(desktop);
  early.handTo(desktop);
  await desktop.start(args);
}

function listen(desktop: DesktopShell): void {
  app.on('second-instance', (_event, argv) => {
    const args = argumentsOf(argv);
    if (args !== null) void desktop.takeArguments(args);
  });
  app.on('activate', () => desktop.show());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' && desktop.hub.engine?.kind !== 'embedded') app.quit();
  });
  powerMonitor.on('resume', () => desktop.hub.engine?.nudge());
  guardQuit(desktop);
}

/** Asks before it ends what is under way; then stops the engine before the program. */
function guardQuit(desktop: DesktopShell): void {
  let phase: 'running' | 'asking' | 'stopping' | 'stopped' = 'running';
  const stop = async (): Promise<void> => {
    phase = 'stopping';
    const limit = new Promise<void>((done) => setTimeout(done, STOP_LIMIT_MS).unref());
    await Promise.race([desktop.end().catch(() => undefined), limit]);
    phase = 'stopped';
    app.quit();
  };
  app.on('before-quit', (event) => {
    if (phase === 'stopped') return;
    event.preventDefault();
    if (phase !== 'running') return;
    const question = desktop.quitQuestion();
    if (question === null) {
      void stop();
      return;
    }
    phase = 'asking';
    void desktop.dialogs
      .ask(question.message, question.detail, question.quit, question.stay, 'warning')
      .then((quit) => {
        if (quit) void stop();
        else phase = 'running';
      });
  });
}

/** macOS hands over links and files as events, some of them before the program is ready. */
function catchEarly(): { handTo(desktop: DesktopShell): void } {
  const waiting: ((desktop: DesktopShell) => void)[] = [];
  let ready: DesktopShell | null = null;
  const give = (work: (desktop: DesktopShell) => void): void => {
    if (ready === null) waiting.push(work);
    else work(ready);
  };
  app.on('open-url', (event, url) => {
    event.preventDefault();
    give((desktop) => desktop.takeLink(url));
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    give((desktop) => void desktop.openRecoveryFile(path));
  });
  return {
    handTo: (desktop) => {
      ready = desktop;
      for (const work of waiting) work(desktop);
    },
  };
}

function argumentsOf(argv: readonly string[]): StartArguments | null {
  try {
    return startArguments(argv.slice(process.defaultApp ? 2 : 1));
  } catch (error) {
    dialog.showErrorBox(EN.start.failed, reasonOf(error));
    return null;
  }
}
