import { app, type IpcMainEvent, session, shell, type WebContents } from 'electron';
import { externalTarget, isOwnSender, mayHave, mayNavigate, mayRequest } from './page/page-rules.ts';

/** Denies what a page could ask for beyond showing itself; what that is, the page's rules say. */
export function lockDown(): void {
  app.on('web-contents-created', (_event, contents) => denyLeaving(contents));
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((contents, permission, answer) => {
    answer(mayHave(permission, contents.getURL()));
  });
  defaultSession.setPermissionCheckHandler((contents, permission) => mayHave(permission, contents?.getURL() ?? ''));
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayRequest(url) }));
}

function denyLeaving(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    const target = externalTarget(url);
    if (target !== null) void shell.openExternal(target);
    return { action: 'deny' };
  });
  contents.on('will-navigate', (event, url) => {
    if (!mayNavigate(url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!mayNavigate(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

export function isFromOwnPage({ senderFrame }: IpcMainEvent): boolean {
  return isOwnSender(senderFrame && { url: senderFrame.url, isTop: senderFrame.parent === null });
}
