import type { Page } from 'playwright-core';
import type { ProgramMessage } from '../../../src/shared/contract/console/bridge.ts';

/** The page's end of the bridge in a test's hands: opens a port of its own, as the page does when it is loaded. */
export class PageProbe {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(): Promise<void> {
    await this.#page.evaluate(`
      window.probe = { told: [], answers: new Map(), id: 1000 };
      window.probe.send = window.baton.open((message) => {
        if (message.kind === 'answer') window.probe.answers.get(message.answer.id)?.(message.answer);
        else window.probe.told.push(message);
      });
      undefined;
    `);
  }

  /** What was told without being asked, since `open`. */
  async told(): Promise<readonly ProgramMessage[]> {
    return (await this.#page.evaluate('window.probe.told')) as readonly ProgramMessage[];
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const call = JSON.stringify({ method, path, ...(body === undefined ? {} : { body }) });
    return (await this.#page.evaluate(`
      new Promise((resolve) => {
        const id = window.probe.id++;
        window.probe.answers.set(id, resolve);
        window.probe.send({ kind: 'call', call: { id, ...${call} } });
      })
    `)) as { readonly status: number; readonly body: unknown };
  }

  /** The states of the link that were told, in order. */
  async links(): Promise<readonly string[]> {
    return (await this.told()).flatMap((message) => (message.kind === 'link' ? [message.link.state] : []));
  }
}
