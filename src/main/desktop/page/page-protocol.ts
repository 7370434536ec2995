import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { pageFile, SCHEME } from './own-page.ts';

/** Makes the scheme one with origins. Only possible before the application is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true } }]);
}

/** Serves the built page, and nothing else, under the console's own scheme. */
export function servePage(folder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const file = request.method === 'GET' ? pageFile(folder, request.url) : null;
    if (file === null) return new Response(null, { status: 404 });
    try {
      return new Response(await readFile(file.path), { headers: file.headers });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}
