import { writeFile } from 'node:fs/promises';
import { BrowserWindow, dialog, type MessageBoxOptions } from 'electron';
import type { UpdateDialogs } from './shell/update-check.ts';

/** Questions and messages of the program itself, over its window where there is one. */
export class Dialogs implements UpdateDialogs {
  async tell(message: string, detail: string, type: 'info' | 'error' = 'info'): Promise<void> {
    await this.#show({ type, message, detail, buttons: ['OK'] });
  }

  async ask(
    message: string,
    detail: string,
    yes: string,
    no: string,
    type: 'question' | 'warning' = 'question',
  ): Promise<boolean> {
    const { response } = await this.#show({ type, message, detail, buttons: [yes, no], defaultId: 1, cancelId: 1 });
    return response === 0;
  }

  /** @returns the path of the file that was chosen; null for none */
  async open(name: string, extensions: readonly string[]): Promise<string | null> {
    const options = { properties: ['openFile' as const], filters: [{ name, extensions: [...extensions] }] };
    const window = theWindow();
    const { filePaths } = await (window === null
      ? dialog.showOpenDialog(options)
      : dialog.showOpenDialog(window, options));
    return filePaths[0] ?? null;
  }

  /** Asks where to, and writes. @returns the path; null when it was called off */
  async save(suggestedName: string, bytes: Uint8Array): Promise<string | null> {
    const options = { defaultPath: suggestedName };
    const window = theWindow();
    const { filePath } = await (window === null
      ? dialog.showSaveDialog(options)
      : dialog.showSaveDialog(window, options));
    if (filePath === undefined || filePath === '') return null;
    await writeFile(filePath, bytes);
    return filePath;
  }

  #show(options: MessageBoxOptions): Promise<{ readonly response: number }> {
    const window = theWindow();
    return window === null ? dialog.showMessageBox(options) : dialog.showMessageBox(window, options);
  }
}

function theWindow(): BrowserWindow | null {
  return BrowserWindow.getAllWindows().find((one) => one.isVisible()) ?? null;
}
