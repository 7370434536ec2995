import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import type { UpdateFacts, Updater } from './shell/update-check.ts';

/** electron-builder writes the feed's address there when a build has one. */
const FEED_FILE = 'app-update.yml';

export function updateFacts(version: string): UpdateFacts {
  return { packaged: app.isPackaged, hasFeed: existsSync(join(process.resourcesPath, FEED_FILE)), version };
}

/** Loaded only where there is a feed to read. */
export async function electronUpdater(): Promise<Updater> {
  const { autoUpdater } = await import('electron-updater');
  autoUpdater.autoDownload = false;
  autoUpdater.autoInstallOnAppQuit = true;
  autoUpdater.logger = null;
  return {
    newest: async () => {
      const found = await autoUpdater.checkForUpdates();
      return found?.isUpdateAvailable ? found.updateInfo.version : null;
    },
    download: async () => {
      await autoUpdater.downloadUpdate();
    },
  };
}
