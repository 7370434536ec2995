import { join } from 'node:path';
import { BrowserWindow, screen } from 'electron';
import { iconFile } from './icons.ts';
import { PAGE_URL } from './page/own-page.ts';
import { WEB_PREFERENCES } from './page/page-rules.ts';
import type { JsonFile } from './shell/json-file.ts';
import { MIN_SIZE, type WindowState, windowBounds } from './shell/window-state.ts';

const PRELOAD = join(import.meta.dirname, '..', 'preload', 'index.cjs');

export interface WindowOptions {
  readonly state: JsonFile<WindowState | null>;
  /** Of a window in the dark, before the page has drawn anything. */
  readonly background: string;
}

/** Opens the console's window where it was; it is shown once it has something to show. */
export function openWindow({ state, background }: WindowOptions): BrowserWindow {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  const saved = state.value;
  const bounds = windowBounds(
    saved,
    [primary, ...others].map(({ workArea }) => workArea),
  );
  const window = new BrowserWindow({
    title: 'Baton',
    ...bounds,
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    show: false,
    backgroundColor: background,
    ...(process.platform === 'linux' ? { icon: iconFile('baton') } : {}),
    webPreferences: { preload: PRELOAD, ...WEB_PREFERENCES },
  });
  if (saved?.maximized) window.maximize();
  if (saved?.fullScreen) window.setFullScreen(true);
  window.once('ready-to-show', () => window.show());
  window.on('close', () => remember(window, state));
  void window.loadURL(PAGE_URL);
  return window;
}

function remember(window: BrowserWindow, state: JsonFile<WindowState | null>): void {
  try {
    state.set({
      bounds: window.getNormalBounds(),
      maximized: window.isMaximized(),
      fullScreen: window.isFullScreen(),
    });
  } catch {
    // A window that opens elsewhere next time is no reason not to close it.
  }
}
