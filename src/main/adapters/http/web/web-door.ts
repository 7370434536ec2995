import type { IncomingHttpHeaders } from 'node:http';
import type { ApiContext } from '../api.ts';
import type { PlainReply } from '../reply.ts';
import { pageAddress } from './page-addresses.ts';
import { PageFiles } from './page-files.ts';

const TEXT_TYPE = 'text/plain; charset=utf-8';

export interface WebRequest {
  /** Decoded, the prefix included. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** The console's page, at `{prefix}/`, and the addresses that orchestrator's pages had. */
export class WebDoor {
  private readonly context: ApiContext;
  private readonly prefix: string;
  private readonly files: PageFiles | null;

  /** @param folder of the built page; null where there is none */
  constructor(context: ApiContext, prefix: string, folder: string | null) {
    this.context = context;
    this.prefix = prefix;
    this.files = folder === null ? null : new PageFiles(folder);
  }

  /** @returns null for what is no page's address */
  async answer({ path, query, headers }: WebRequest): Promise<PlainReply | null> {
    const { prefix } = this;
    if (prefix !== '' && path === prefix) return redirection(`${prefix}/`);
    if (!path.startsWith(`${prefix}/`)) return null;
    const name = path.slice(prefix.length + 1);
    if (name === 'web' || name.startsWith('web/')) {
      const fragment = pageAddress(this.context, name.slice('web/'.length), query);
      return fragment === null ? null : redirection(`${prefix}/${fragment}`);
    }
    const file = (await this.files?.answer(name, headers)) ?? null;
    return file === null && name === '' ? this.withoutPage() : file;
  }

  private withoutPage(): PlainReply {
    const { hostname, version } = this.context.engine.node;
    const body =
      `Baton ${version} on ${hostname}\n` +
      `The API is below ${this.prefix}/api/; try ${this.prefix}/api/clusters-info.\n` +
      'The console has no page here: it was not built. Run "npm run build" where Baton is installed.\n';
    return { status: 200, contentType: TEXT_TYPE, body, headers: { 'Cache-Control': 'no-store' } };
  }
}

function redirection(to: string): PlainReply {
  return { status: 302, contentType: TEXT_TYPE, body: '', headers: { Location: to, 'Cache-Control': 'no-store' } };
}
