import { join } from 'node:path';
import { app, type BrowserWindow, nativeTheme } from 'electron';
import type { ShellEvent } from '../../shared/contract/console/bridge.ts';
import type { EngineLink } from '../../shared/contract/console/link.ts';
import type { Preferences } from '../../shared/contract/console/shell.ts';
import type { StreamMessage } from '../../shared/contract/v2/stream.ts';
import { BatonError } from '../../shared/errors/baton-error.ts';
import { reasonOf } from '../../shared/errors/reason-of.ts';
import { SessionSecrets } from '../engine/credentials/session-secrets.ts';
import type { Keychain } from '../engine/ports/credentials.ts';
import { Bridge } from './bridge.ts';
import type { Desktop } from './desktop.ts';
import { Dialogs } from './dialogs.ts';
import { EngineHub } from './engine/engine-hub.ts';
import { DEFAULT_API, engineOfProfile, environmentApi } from './engine/engine-of-profile.ts';
import { setMenu } from './menu.ts';
import { type MenuPerformer, menuPerformer } from './menu-performer.ts';
import { Notifications } from './notifications.ts';
import { CrashLimit } from './shell/crash-limit.ts';
import { placeOfLink } from './shell/deep-link.ts';
import { EngineCredentials, withoutCredentials } from './shell/engine-credentials.ts';
import { JsonFile } from './shell/json-file.ts';
import { noticesOf } from './shell/notices.ts';
import { passingProfile } from './shell/profiles.ts';
import { type QuitQuestion, quitQuestion } from './shell/quit-guard.ts';
import { readRecoveryFile } from './shell/recovery-file.ts';
import { shellCalls } from './shell/shell-calls.ts';
import type { ShellStore } from './shell/shell-store.ts';
import type { StartArguments } from './shell/start-arguments.ts';
import { filled, type ShellTexts, textsOf } from './shell/texts/index.ts';
import { trayModel } from './shell/tray-model.ts';
import { type WindowState, windowStateSchema } from './shell/window-state.ts';
import { shellHandlers } from './shell-handlers.ts';
import { ProblemTray } from './tray.ts';
import { openWindow } from './window.ts';

export interface DesktopShellOptions {
  readonly store: ShellStore;
  readonly keychain: Keychain;
  /** Of the program's own data. */
  readonly folder: string;
  readonly version: string;
  readonly arguments: StartArguments;
}

/** The desktop program: one window, its menu and tray, and the engine behind them. */
export class DesktopShell implements Desktop {
  readonly store: ShellStore;
  readonly keychain: Keychain;
  readonly credentials: EngineCredentials;
  readonly dialogs = new Dialogs();
  readonly hub: EngineHub;
  readonly folder: string;
  readonly version: string;
  readonly #secrets: SessionSecrets;
  readonly #bridge = new Bridge();
  readonly #tray = new ProblemTray(() => this.show());
  readonly #notifications = new Notifications((to) => this.go(to));
  readonly #windowState: JsonFile<WindowState | null>;
  readonly #crashes = new CrashLimit();
  readonly #performer: MenuPerformer;
  readonly #configFile: string;
  #window: BrowserWindow | null = null;
  #quitting = false;
  #toldBackground = false;

  constructor(options: DesktopShellOptions) {
    this.store = options.store;
    this.keychain = options.keychain;
    this.folder = options.folder;
    this.version = options.version;
    this.#configFile = options.arguments.config;
    this.#secrets = new SessionSecrets(options.keychain);
    this.credentials = new EngineCredentials(this.#secrets);
    this.#windowState = new JsonFile(join(options.folder, 'window.json'), windowStateSchema.nullable(), null);
    this.hub = new EngineHub({ link: (link) => this.#onLink(link), stream: (messages) => this.#onStream(messages) });
    this.#performer = menuPerformer(this);
  }

  get texts(): ShellTexts {
    return textsOf(this.store.preferences.language);
  }

  get importedFile(): string {
    return join(this.folder, 'baton.conf.json');
  }

  async start(args: StartArguments): Promise<void> {
    this.#bridge.serve(this.hub, shellCalls(shellHandlers(this)));
    this.#applyTheme();
    this.#refreshMenu();
    await this.#follow(args);
    if (this.hub.engine === null) await this.#enterProfile();
    // A link or a file may have opened the window already, and there is but one.
    this.show();
    this.#refreshTray();
    this.#performer.checkForUpdatesQuietly();
  }

  /** What a second start of the program was for. */
  async takeArguments(args: StartArguments): Promise<void> {
    this.show();
    await this.#follow(args);
  }

  show(): void {
    if (this.#window === null) {
      this.#open();
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  go(to: string): void {
    this.show();
    this.tell({ type: 'go', to });
  }

  tell(event: ShellEvent): void {
    this.#bridge.tell(event);
  }

  takeLink(link: string): void {
    const to = placeOfLink(link);
    if (to !== null) this.go(to);
  }

  async openRecoveryFile(path: string): Promise<void> {
    try {
      const event = await readRecoveryFile(path, this.texts);
      this.show();
      this.tell(event);
    } catch (error) {
      await this.dialogs.tell(reasonOf(error), '', 'error');
    }
  }

  prefer(preferences: Preferences, told: boolean): void {
    this.store.prefer(preferences);
    this.#applyTheme();
    this.#refreshMenu();
    this.#refreshTray();
    if (!told) this.tell({ type: 'state', state: this.store.state });
  }

  async activate(id: string): Promise<void> {
    this.store.activate(id);
    await this.#enterProfile();
    this.#reload();
  }

  async restartEmbedded(): Promise<void> {
    if (this.store.active.engine.kind !== 'embedded') return;
    await this.#enterProfile();
    this.#reload();
  }

  /** What speaks against ending now; null for nothing. */
  quitQuestion(): QuitQuestion | null {
    const { engine } = this.hub;
    if (engine === null) return null;
    const titleOf = (name: string) => this.hub.picture.titleOf(name);
    return quitQuestion({ work: this.hub.work, engine, titleOf }, this.texts);
  }

  /** From here on, a window that is closed stays closed. */
  async end(): Promise<void> {
    this.#quitting = true;
    await this.hub.stop();
  }

  async #follow({ engine, links, files }: StartArguments): Promise<void> {
    if (engine !== '') await this.#attach(engine);
    for (const link of links) this.takeLink(link);
    for (const file of files) await this.openRecoveryFile(file);
  }

  async #attach(address: string): Promise<void> {
    const { api, auth } = withoutCredentials(address);
    const profile = passingProfile(api);
    this.store.save(profile);
    this.store.activate(profile.id);
    await this.#enterProfile(auth);
    this.#reload();
  }

  /** @param auth `user:password` for this time only; empty for what the keychain has */
  async #enterProfile(auth = ''): Promise<void> {
    const { embeddedProblem } = this.store.state;
    if (this.hub.engine === null && this.store.active.engine.kind === 'embedded') {
      const elsewhere = environmentApi(process.env) ?? (embeddedProblem === null ? null : DEFAULT_API);
      if (elsewhere !== null) return this.#attach(elsewhere);
    }
    const engine = await engineOfProfile(this.store.active, {
      env: process.env,
      authOf: (api) => (auth === '' ? this.credentials.of(api) : Promise.resolve(auth)),
      embeddedProblem,
      embedded: async () => {
        const { EmbeddedEngine } = await import('./engine/embedded-engine.ts');
        const dataFolder = join(this.folder, 'engine');
        const own = { dataFolder, imported: this.importedFile, configFile: this.#configFile };
        return new EmbeddedEngine({ ...own, env: process.env, secrets: this.#secrets });
      },
    });
    await this.hub.enter(engine);
  }

  #open(): void {
    const background = nativeTheme.shouldUseDarkColors ? '#1a1b1e' : '#ffffff';
    const window = openWindow({ state: this.#windowState, background });
    this.#window = window;
    window.on('close', (event) => {
      // Closing the window of a program that watches servers by itself doesn't mean that nobody should watch them.
      if (this.#quitting || this.hub.engine?.kind !== 'embedded') return;
      event.preventDefault();
      window.hide();
      this.#tellBackground();
    });
    window.on('closed', () => {
      this.#window = null;
    });
    window.webContents.on('render-process-gone', (_event, { reason }) => void this.#afterCrash(window, reason));
  }

  async #afterCrash(window: BrowserWindow, reason: string): Promise<void> {
    if (reason === 'clean-exit' || this.#quitting) return;
    this.#bridge.expectNewPage();
    if (!this.#crashes.mayReload(performance.now())) {
      const { crash } = this.texts;
      const again = await this.dialogs.ask(
        filled(crash.title, { reason }),
        crash.detail,
        crash.reload,
        crash.quit,
        'warning',
      );
      if (!again) {
        app.quit();
        return;
      }
      this.#crashes.reset();
    }
    if (!window.isDestroyed()) window.webContents.reload();
  }

  #reload(): void {
    this.#bridge.expectNewPage();
    this.#window?.webContents.reload();
  }

  #tellBackground(): void {
    if (this.#toldBackground) return;
    this.#toldBackground = true;
    const { background, backgroundBody } = this.texts.notice;
    this.#notifications.show({ subject: 'background', title: background, body: backgroundBody, to: '/clusters' });
  }

  #onLink(_link: EngineLink): void {
    this.#refreshTray();
  }

  #onStream(messages: readonly StreamMessage[]): void {
    this.#refreshTray();
    if (!this.store.preferences.notifications) return;
    const titleOf = (name: string) => this.hub.picture.titleOf(name);
    for (const notice of noticesOf(messages, titleOf, this.texts)) this.#notifications.show(notice);
  }

  #refreshTray(): void {
    if (!app.isReady()) return;
    this.#tray.update(trayModel(this.hub.link, this.hub.picture.problems(), this.texts), this.texts);
  }

  #refreshMenu(): void {
    const { preferences } = this.store;
    setMenu(
      { platform: process.platform, preferences },
      (action) => void this.#perform(() => this.#performer.perform(action)),
    );
  }

  #applyTheme(): void {
    const { theme } = this.store.preferences;
    nativeTheme.themeSource = theme === 'contrast' ? 'dark' : theme;
  }

  async #perform(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.dialogs.tell(error instanceof BatonError ? error.text : reasonOf(error), '', 'error');
    }
  }
}
