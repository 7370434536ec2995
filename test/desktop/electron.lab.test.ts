import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ShellState } from '../../src/shared/contract/console/shell.ts';
import { BatonProcess } from '../support/baton-process.ts';
import { type ConsoleApp, type ElectronLab, electronLab, startAgain, startConsole } from './support/console-app.ts';
import { PageProbe } from './support/page-probe.ts';

const lab = await electronLab();
const PAGE = 'baton-console://console/index.html';
const WAIT = { timeout: 30_000, interval: 50 };

afterAll(async () => lab?.stop());

describe.skipIf(lab === null)('a console in a real Electron, attached to an engine', () => {
  let engine: BatonProcess;
  let console: ConsoleApp;

  beforeAll(async () => {
    engine = await BatonProcess.start({});
    console = await startConsole(lab as ElectronLab, { args: ['--engine', engine.url] });
  });
  afterAll(async () => {
    await console?.forget();
    await engine?.stop();
  });
  afterEach(async () => {
    await console.page.evaluate("window.location.hash = '#/clusters'");
  });

  const hash = () => console.page.evaluate('window.location.hash');

  test('opens one window with its page, and says that it is connected', async () => {
    expect(console.page.url()).toContain(PAGE);
    expect(await console.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    await vi.waitFor(async () => expect(await console.page.textContent('body')).toContain('Connected'), WAIT);
  });

  test('gives the page the bridge, and nothing of Node or Electron', async () => {
    const found = await console.page.evaluate(`({
      bridge: Object.keys(window.baton),
      frozen: Object.isFrozen(window.baton),
      types: [typeof require, typeof process, typeof module, typeof Buffer, typeof global, typeof electron],
      own: Object.getOwnPropertyNames(window).filter((name) => /baton|ipc|electron/i.test(name)),
    })`);
    expect(found).toEqual({
      bridge: ['open'],
      frozen: true,
      types: ['undefined', 'undefined', 'undefined', 'undefined', 'undefined', 'undefined'],
      own: ['baton'],
    });
  });

  test('runs the page in a sandbox with context isolation', async () => {
    const used = await console.app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
      const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } = contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag };
    });
    expect(used).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
  });

  test('serves the page with a policy that holds', async () => {
    const policy = await console.app.evaluate(async ({ net }, url) => {
      return (await net.fetch(url)).headers.get('content-security-policy');
    }, PAGE);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'none'");
    const outcome = await console.page.evaluate(`(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.body.append(script);
      const tried = async (work) => { try { await work(); return 'done'; } catch { return 'refused'; } };
      // What the debugger evaluates may itself evaluate; what comes of a timer is the page's own.
      await new Promise((resolve) => setTimeout(resolve));
      return {
        inline: window.injected === true,
        eval: await tried(() => window.eval('1')),
        fetch: await tried(() => fetch(${JSON.stringify(engine.url)})),
        socket: await tried(() => new Promise((yes, no) => {
          const socket = new WebSocket('ws://127.0.0.1:1/');
          socket.onopen = yes; socket.onerror = no;
        })),
      };
    })()`);
    expect(outcome).toEqual({ inline: false, eval: 'refused', fetch: 'refused', socket: 'refused' });
  });

  test('lets the page go nowhere and open nothing', async () => {
    const opened = await console.app.evaluate(({ shell }) => {
      const list: string[] = [];
      (globalThis as unknown as { openedOutside: string[] }).openedOutside = list;
      shell.openExternal = async (url) => void list.push(url);
    });
    expect(opened).toBeUndefined();
    await console.page.evaluate("window.location.href = 'https://example.com/'");
    await console.page.evaluate("window.location.href = 'baton-console://console/other.html'");
    const windows = await console.page.evaluate(`[
      window.open('https://example.com/'),
      window.open('file:///etc/passwd'),
      window.open('https://dev.mysql.com/doc/'),
    ].map((one) => one === null)`);
    expect(windows).toEqual([true, true, true]);
    expect(console.page.url()).toContain(PAGE);
    expect(await console.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    const outside = () =>
      console.app.evaluate(() => (globalThis as unknown as { openedOutside: string[] }).openedOutside);
    await vi.waitFor(async () => expect(await outside()).toEqual(['https://dev.mysql.com/doc/']), WAIT);
  });

  test('denies what can be asked for', async () => {
    const denied = await console.page.evaluate(`(async () => {
      const tried = async (work) => { try { return String(await work()); } catch (error) { return error.name; } };
      return {
        notification: await tried(() => Notification.requestPermission()),
        microphone: await tried(() => navigator.mediaDevices.getUserMedia({ audio: true })),
        location: await tried(() => new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, (e) => no({ name: 'code ' + e.code })))),
        clipboard: await tried(() => navigator.clipboard.readText()),
      };
    })()`);
    expect(denied).toEqual({
      notification: 'denied',
      microphone: expect.stringMatching(/NotAllowedError|NotFoundError/),
      location: 'code 1',
      clipboard: 'NotAllowedError',
    });
  });

  test('the native menu leads the page, and changes language with it', async () => {
    const labels = () => console.app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label));
    const click = (id: string) =>
      console.app.evaluate(({ Menu }, item) => {
        Menu.getApplicationMenu()?.getMenuItemById(item)?.click();
      }, id);
    expect(await labels()).toEqual(['File', 'Edit', 'View', 'Go', 'Help']);
    await click('go-problems');
    await vi.waitFor(async () => expect(await hash()).toBe('#/problems'), WAIT);
    await click('language-zh');
    await vi.waitFor(async () => expect(await labels()).toEqual(['文件', '编辑', '视图', '前往', '帮助']), WAIT);
    await click('language-en');
    await vi.waitFor(async () => expect(await labels()).toContain('File'), WAIT);
  });

  test('a link that is opened elsewhere comes to the program that runs', async () => {
    expect(await startAgain(lab as ElectronLab, console.folder, ['baton://cluster/pay%2Fments'])).toBe(0);
    await vi.waitFor(async () => expect(await hash()).toBe('#/cluster/pay%2Fments'), WAIT);
    expect(await startAgain(lab as ElectronLab, console.folder, ['baton://takeover/pay'])).toBe(0);
    expect(await hash()).toBe('#/cluster/pay%2Fments');
  });
});

/** Runs a test with an engine and a console of its own. */
async function attached(work: (engine: BatonProcess, console: ConsoleApp) => Promise<void>): Promise<void> {
  const engine = await BatonProcess.start({});
  try {
    const console = await startConsole(lab as ElectronLab, { args: ['--engine', engine.url] });
    try {
      await work(engine, console);
    } finally {
      await console.forget();
    }
  } finally {
    await engine.stop();
  }
}

describe.skipIf(lab === null)('a console from one start to the next', () => {
  test('an engine that goes away and comes back is lost, with since when, and followed again', () =>
    attached(async (engine, console) => {
      const probe = new PageProbe(console.page);
      await probe.open();
      await vi.waitFor(async () => expect(await probe.links()).toContain('connected'), WAIT);
      expect(await probe.call('GET', 'v2/clusters')).toMatchObject({ status: 200, body: [] });
      const beforeMs = Date.now();
      await engine.kill('SIGKILL');
      await vi.waitFor(async () => expect((await probe.links()).at(-1)).toBe('lost'), WAIT);
      const lost = (await probe.told()).findLast((message) => message.kind === 'link');
      expect(lost).toMatchObject({ link: { engine: engine.url, heardMs: expect.any(Number) } });
      if (lost?.kind === 'link' && lost.link.state === 'lost') {
        expect(Math.abs((lost.link.heardMs ?? 0) - beforeMs)).toBeLessThan(20_000);
      }
      expect(await probe.call('GET', 'v2/clusters')).toMatchObject({ status: 0 });
      await engine.launch();
      await vi.waitFor(async () => expect((await probe.links()).at(-1)).toBe('connected'), WAIT);
      expect(await probe.call('GET', 'v2/clusters')).toMatchObject({ status: 200 });
    }));

  test('a page that crashes is loaded again, with all that was known, and the engine is not left', () =>
    attached(async (engine, console) => {
      await vi.waitFor(async () => expect(await console.page.textContent('body')).toContain('Connected'), WAIT);
      // An engine that is gone can't be asked: what the new page knows, the program has kept.
      await engine.kill('SIGKILL');
      await vi.waitFor(async () => expect(await console.page.textContent('body')).not.toContain('Connected'), WAIT);
      const crashed = new Promise((resolve) => console.page.once('crash', resolve));
      await console.app.evaluate(({ BrowserWindow }) => {
        BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
      });
      await crashed;
      const shown = () =>
        console.app.evaluate(async ({ BrowserWindow }) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          if (contents === undefined || contents.isCrashed() || contents.isLoading()) return '';
          return String(await contents.executeJavaScript('document.body.innerText'));
        });
      await vi.waitFor(async () => expect(await shown()).toContain('0 clusters'), WAIT);
      await engine.launch();
      await vi.waitFor(async () => expect(await shown()).toContain('Connected'), WAIT);
    }));

  test('the window is where it was, preferences and profiles are what they were', async () => {
    const bounds = { x: 120, y: 90, width: 900, height: 640 };
    const first = await startConsole(lab as ElectronLab, { args: ['--engine', 'http://127.0.0.1:1'] });
    try {
      const probe = new PageProbe(first.page);
      await probe.open();
      const state = (await probe.call('GET', 'shell/state')).body as ShellState;
      expect(state).toMatchObject({ platform: 'linux', activeProfile: 'command-line' });
      expect(state.embeddedProblem).toMatch(/Node 18\.\d+\.\d+.*needs 22/);
      const preferences = { language: 'zh', theme: 'dark', notifications: false };
      expect(await probe.call('PUT', 'shell/preferences', preferences)).toMatchObject({ status: 200 });
      const profile = {
        id: 'p',
        name: 'P',
        colour: 'red',
        production: true,
        engine: { kind: 'remote', api: 'http://a:b@h:1' },
      };
      expect(await probe.call('PUT', 'shell/profile', profile)).toMatchObject({ status: 200 });
      expect(await probe.call('PUT', 'shell/profile', { ...profile, id: '../x' })).toMatchObject({ status: 400 });
      await first.app.evaluate(
        ({ BrowserWindow }, wanted) => BrowserWindow.getAllWindows()[0]?.setBounds(wanted),
        bounds,
      );
      await first.app.evaluate(({ app }) => app.quit());
      await first.ended;
      const second = await startConsole(lab as ElectronLab, {
        folder: first.folder,
        args: ['--engine', 'http://127.0.0.1:1'],
      });
      const again = new PageProbe(second.page);
      await again.open();
      const remembered = (await again.call('GET', 'shell/state')).body as ShellState;
      expect(remembered.preferences).toEqual(preferences);
      expect(remembered.profiles).toContainEqual({ ...profile, engine: { kind: 'remote', api: 'http://h:1' } });
      const shown = await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
      expect(shown).toEqual(bounds);
      await second.kill();
    } finally {
      await first.forget();
    }
  });
});
