import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain } from 'electron';
import { BRIDGE_CHANNEL } from '../../shared/contract/bridge-channel.ts';
import { reasonOf } from '../../shared/errors/reason-of.ts';
import { engineChoice } from './engine-choice.ts';
import { EngineFollower } from './engine-follower.ts';
import { isFromOwnPage, lockDown } from './lock-down.ts';
import { setMenu } from './menu.ts';
import { registerScheme, servePage } from './page-protocol.ts';
import { openWindow } from './window.ts';

const RENDERER = join(import.meta.dirname, '..', 'renderer');

/** Starts the console: one window, attached to an engine that runs elsewhere. */
export async function startDesktop(): Promise<void> {
  registerScheme();
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  await app.whenReady();
  const follower = followerOrNull();
  if (follower === null) return app.exit(2);
  lockDown();
  servePage(RENDERER);
  serveBridge(follower);
  setMenu();
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) void openWindow();
  });
  app.on('will-quit', () => follower.stop());
  void follower.run();
  await openWindow();
}

function followerOrNull(): EngineFollower | null {
  try {
    return new EngineFollower(engineChoice(process.argv.slice(1), process.env));
  } catch (error) {
    dialog.showErrorBox('Baton can’t start', reasonOf(error));
    return null;
  }
}

/** Gives every load of the console's page a port of its own, on which it is told what the engine tells. */
function serveBridge(follower: EngineFollower): void {
  ipcMain.on(BRIDGE_CHANNEL, (event) => {
    const [port] = event.ports;
    if (port === undefined || !isFromOwnPage(event)) return;
    const unsubscribe = follower.subscribe((message) => port.postMessage(message));
    port.on('close', unsubscribe);
    port.start();
  });
}
