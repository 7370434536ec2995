import { app, type IpcMainEvent, session, type WebContents } from 'electron';
import { PAGE_URL, SCHEME } from './own-page.ts';

/** Denies what a page could ask for beyond showing itself (Electron security tutorial, items 5 and 13 to 17). */
export function lockDown(): void {
  app.on('web-contents-created', (_event, contents) => denyLeaving(contents));
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  defaultSession.setPermissionCheckHandler(() => false);
  defaultSession.setDevicePermissionHandler(() => false);
  // The page has no business on any network; the developer tools load parts of themselves.
  defaultSession.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !['devtools:', `${SCHEME}:`].includes(new URL(url).protocol) });
  });
}

function denyLeaving(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event, url) => {
    if (url !== PAGE_URL) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Whether a message comes from the console's own page, and from the page itself rather than from a frame in it. */
export function isFromOwnPage({ senderFrame }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && senderFrame.url === PAGE_URL;
}
