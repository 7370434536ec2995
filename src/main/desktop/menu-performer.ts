import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, shell } from 'electron';
import { batonHome } from '../home.ts';
import type { Desktop } from './desktop.ts';
import type { ImportedConfiguration } from './shell/import-into.ts';
import type { MenuAction } from './shell/menu-model.ts';
import { checkForUpdate } from './shell/update-check.ts';
import { electronUpdater, updateFacts } from './updates.ts';

const UPDATE_EVERY_MS = 6 * 3_600_000;

/** Does what the menu's items say. */
export interface MenuPerformer {
  perform(action: MenuAction): Promise<void>;
  /** Now and from time to time, without a word unless there is something new. */
  checkForUpdatesQuietly(): void;
}

export function menuPerformer(desktop: Desktop): MenuPerformer {
  const update = (quiet: boolean) =>
    checkForUpdate(updateFacts(desktop.version), electronUpdater, desktop.dialogs, desktop.texts, quiet);
  return {
    async perform(action) {
      switch (action.do) {
        case 'command':
          desktop.show();
          return desktop.tell({ type: 'command', command: action.command });
        case 'go':
          return desktop.go(action.to);
        case 'prefer':
          return desktop.prefer({ ...desktop.store.preferences, ...action.preferences }, false);
        case 'open-recovery': {
          const path = await desktop.dialogs.open(desktop.texts.file.recoveryFiles, ['gz', 'json']);
          return path === null ? undefined : await desktop.openRecoveryFile(path);
        }
        case 'import-configuration':
          await importConfiguration(desktop);
          return;
        case 'documentation':
          await shell.openPath(join(app.isPackaged ? process.resourcesPath : (batonHome()?.folder ?? ''), 'docs'));
          return;
        case 'data-folder':
          await shell.openPath(desktop.folder);
          return;
        case 'update':
          return update(false);
      }
    },
    checkForUpdatesQuietly() {
      void update(true);
      setInterval(() => void update(true), UPDATE_EVERY_MS).unref();
    },
  };
}

/** Asks for a configuration, takes it over, and begins the engine of this program anew with it. */
export async function importConfiguration(desktop: Desktop): Promise<ImportedConfiguration> {
  const { dialogs, texts, importedFile } = desktop;
  const file = await dialogs.open(texts.file.configurations, ['json']);
  if (file === null) return { imported: false, report: [] };
  const { replace, replaceYes, cancel, done, failed, restart } = texts.import;
  if (existsSync(importedFile) && !(await dialogs.ask(replace, importedFile, replaceYes, cancel))) {
    return { imported: false, report: [] };
  }
  // It brings half of an engine along, which a console that is attached elsewhere never needs.
  const { importInto } = await import('./shell/import-into.ts');
  const result = await importInto(file, importedFile, process.env, desktop.keychain);
  const restarts = result.imported && desktop.store.active.engine.kind === 'embedded';
  const detail = [...result.report, ...(restarts ? ['', restart] : [])].join('\n');
  await dialogs.tell(result.imported ? done : failed, detail, result.imported ? 'info' : 'error');
  // After the page has its answer: it is loaded anew.
  if (restarts) setImmediate(() => void desktop.restartEmbedded());
  return result;
}
