import { join } from 'node:path';
import { BrowserWindow } from 'electron';
import { PAGE_URL } from './own-page.ts';

const PRELOAD = join(import.meta.dirname, '..', 'preload', 'index.cjs');

/** Opens a console window; it is shown once it has something to show. */
export async function openWindow(): Promise<void> {
  const window = new BrowserWindow({
    title: 'Baton',
    width: 1180,
    height: 760,
    minWidth: 480,
    minHeight: 320,
    show: false,
    webPreferences: {
      preload: PRELOAD,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  await window.loadURL(PAGE_URL);
}
