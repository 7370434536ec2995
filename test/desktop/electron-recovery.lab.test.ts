import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { keyText } from '../../src/shared/domain/instance-key.ts';
import { type Lab, startTopology } from '../lab/index.ts';
import { keyringLab } from '../lab/keychain/index.ts';
import { BatonProcess } from '../support/baton-process.ts';
import { labSettings } from '../support/lab-settings.ts';
import { type ConsoleApp, type ElectronLab, electronLab, startConsole } from './support/console-app.ts';
import { PageProbe } from './support/page-probe.ts';

const lab = await electronLab();
const keyring = lab === null ? null : await keyringLab();
const WAIT = { timeout: 30_000, interval: 50 };
/** Real servers, and programs that start more than once, on a machine that may be busy. */
const LIMIT = { timeout: 180_000 };

afterAll(async () => {
  await keyring?.stop();
  await lab?.stop();
});

/** What the program would show and ask, written down instead. */
interface Written {
  readonly notices: readonly string[];
  readonly questions: readonly { readonly message: string; readonly buttons: readonly string[] }[];
}

async function writeDown(console: ConsoleApp): Promise<void> {
  await console.app.evaluate(({ dialog, Notification }) => {
    const written = { notices: [] as string[], questions: [] as object[], shown: [] as Electron.Notification[] };
    Object.assign(globalThis, { written });
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: Electron.Notification) {
      written.notices.push(`${this.title} | ${this.body}`);
      written.shown.push(this);
    };
    dialog.showMessageBox = ((...args: unknown[]) => {
      const options = args.at(-1) as { message: string; buttons: string[] };
      written.questions.push({ message: options.message, buttons: options.buttons });
      return new Promise((resolve) => {
        Object.assign(globalThis, { answer: (response: number) => resolve({ response, checkboxChecked: false }) });
      });
    }) as never;
  });
}

const written = (console: ConsoleApp) =>
  console.app.evaluate(() => (globalThis as unknown as { written: Written }).written);

describe.skipIf(lab === null)('a console while its engine recovers a real cluster', () => {
  test(
    'tells the failure and its recovery, asks before it ends meanwhile, and leads to the cluster',
    LIMIT,
    async () => {
      let servers: Lab | null = null;
      let engine: BatonProcess | null = null;
      let console: ConsoleApp | null = null;
      try {
        servers = await startTopology({ replicas: 2 });
        const [master] = servers.servers;
        if (master === undefined) throw new Error('The lab has no master.');
        const go = join(servers.folder, 'go');
        engine = await BatonProcess.start(
          labSettings(servers, { PreFailoverProcesses: [`while [ ! -e ${go} ]; do sleep 0.05; done`] }),
        );
        await engine.discover(master.key);
        const count = servers.servers.length;
        const known = async () => {
          const all = (await engine?.get<{ readonly IsLastCheckValid: boolean }[]>('all-instances')) ?? [];
          return all.filter((each) => each.IsLastCheckValid).length >= count;
        };
        await engine.until(known, 30_000, 'all servers to be known');
        console = await startConsole(lab as ElectronLab, { args: ['--engine', engine.url] });
        await writeDown(console);
        const { app, page } = console;
        await vi.waitFor(async () => expect(await page.textContent('body')).toContain('Connected'), WAIT);
        await master.kill('SIGKILL');
        const program = console;
        await vi.waitFor(async () => {
          const { notices } = await written(program);
          expect(notices.some((one) => /^Recovering .* \| DeadMaster at /.test(one))).toBe(true);
        }, WAIT);
        await app.evaluate(({ app: electron }) => electron.quit());
        await vi.waitFor(async () => expect((await written(program)).questions).toHaveLength(1), WAIT);
        const [question] = (await written(program)).questions;
        expect(question?.message).toMatch(/^A recovery of .* is under way\.$/);
        expect(question?.buttons).toEqual(['Quit All the Same', 'Stay']);
        await app.evaluate(() => (globalThis as unknown as { answer: (button: number) => void }).answer(1));
        writeFileSync(go, '');
        await vi.waitFor(async () => {
          expect((await written(program)).notices.some((one) => /is recovered \| New master: /.test(one))).toBe(true);
        }, WAIT);
        await app.evaluate(() => {
          const { shown } = (globalThis as unknown as { written: { shown: Electron.Notification[] } }).written;
          shown.find(({ title }) => title.startsWith('Recovering'))?.emit('click');
        });
        const cluster = `#/cluster/${encodeURIComponent(keyText(master.key))}`;
        await vi.waitFor(async () => expect(await page.evaluate('window.location.hash')).toBe(cluster), WAIT);
        await app.evaluate(({ app: electron }) => electron.quit()).catch(() => undefined);
        await console.ended;
      } finally {
        await console?.forget();
        await engine?.stop();
        await servers?.stop();
      }
    },
  );
});

describe.skipIf(lab === null || keyring === null)('a console with a real keychain', () => {
  test('keeps the password of a remote engine from one start to the next, and nowhere else', LIMIT, async () => {
    const password = 's3cret of the engine';
    const engine = await BatonProcess.start({
      AuthenticationMethod: 'basic',
      HTTPAuthUser: 'ann',
      HTTPAuthPassword: password,
    });
    let console: ConsoleApp | null = null;
    try {
      await keyring?.start('unlocked');
      const env = { ...keyring?.env, BATON_KEYCHAIN: '' };
      const first = await startConsole(lab as ElectronLab, { args: ['--engine', 'http://127.0.0.1:1'], env });
      console = first;
      const probe = new PageProbe(first.page);
      await probe.open();
      const profile = {
        id: 'ops',
        name: 'Ops',
        colour: 'red',
        production: true,
        engine: { kind: 'remote', api: engine.url },
      };
      await probe.call('PUT', 'shell/profile', profile);
      const account = { profile: 'ops', user: 'ann', password };
      expect(await probe.call('PUT', 'shell/engine-credentials', account)).toMatchObject({
        status: 200,
        body: { kept: 'keychain', problem: '' },
      });
      await probe.call('POST', 'shell/active-profile', { id: 'ops' });
      await vi.waitFor(async () => expect(await first.page.textContent('body')).toContain('Connected'), WAIT);
      await first.app.evaluate(({ app }) => app.quit()).catch(() => undefined);
      await first.ended;
      const second = await startConsole(lab as ElectronLab, { folder: first.folder, env });
      console = second;
      await vi.waitFor(async () => expect(await second.page.textContent('body')).toContain('Connected'), WAIT);
      const again = new PageProbe(second.page);
      await again.open();
      const state = await again.call('GET', 'shell/state');
      expect(state.body).toMatchObject({ activeProfile: 'ops' });
      expect(JSON.stringify(state.body)).not.toContain(password);
    } finally {
      await console?.forget();
      await engine.stop();
    }
  });

  test('without a keychain keeps it for the session, and says so', async () => {
    const console = await startConsole(lab as ElectronLab, { args: ['--engine', 'http://127.0.0.1:1'] });
    try {
      const probe = new PageProbe(console.page);
      await probe.open();
      const account = { profile: 'command-line', user: 'ann', password: 'x' };
      expect(await probe.call('PUT', 'shell/engine-credentials', account)).toMatchObject({
        status: 200,
        body: { kept: 'session', problem: expect.stringContaining('BATON_KEYCHAIN') },
      });
    } finally {
      await console.forget();
    }
  });
});
