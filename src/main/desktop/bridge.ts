import { ipcMain } from 'electron';
import { BRIDGE_CHANNEL } from '../../shared/contract/bridge-channel.ts';
import type { ShellEvent } from '../../shared/contract/console/bridge.ts';
import type { EngineHub } from './engine/engine-hub.ts';
import { isFromOwnPage } from './lock-down.ts';
import { PagePort, type ShellCalls } from './page/page-port.ts';

/** The bridge to the console's page: every load of it gets a port of its own. */
export class Bridge {
  readonly #pages = new Set<PagePort>();
  /** Told before there was a page to hear it. */
  #waiting: ShellEvent[] = [];

  serve(hub: EngineHub, shell: ShellCalls): void {
    ipcMain.on(BRIDGE_CHANNEL, (event) => {
      const [port] = event.ports;
      if (port === undefined || !isFromOwnPage(event)) return;
      // A page that is loaded anew leaves the old one's port behind.
      this.#closeAll();
      const page = new PagePort(port, hub, shell);
      this.#pages.add(page);
      port.on('message', ({ data }) => void page.take(data));
      port.on('close', () => {
        page.close();
        this.#pages.delete(page);
      });
      port.start();
      for (const waiting of this.#waiting.splice(0)) page.tell(waiting);
    });
  }

  /** Tells the page, or the next one if there is none now. */
  tell(event: ShellEvent): void {
    if (this.#pages.size === 0) this.#waiting.push(event);
    for (const page of this.#pages) page.tell(event);
  }

  /** What is told from here on is for the page that is loaded next. */
  expectNewPage(): void {
    this.#closeAll();
    this.#waiting = this.#waiting.filter(({ type }) => type !== 'state');
  }

  #closeAll(): void {
    for (const page of this.#pages) page.close();
    this.#pages.clear();
  }
}
