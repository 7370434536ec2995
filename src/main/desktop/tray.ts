import { app, Menu, nativeImage, Tray } from 'electron';
import { iconFile } from './icons.ts';
import type { ShellTexts } from './shell/texts/index.ts';
import type { TrayModel } from './shell/tray-model.ts';

/** The program's place among the system's icons; null where the system has none. */
export class ProblemTray {
  readonly #show: () => void;
  #tray: Tray | null = null;
  #picture = '';

  constructor(show: () => void) {
    this.#show = show;
  }

  update({ tooltip, picture, count }: TrayModel, texts: ShellTexts): void {
    this.#tray ??= this.#made(picture);
    if (this.#picture !== picture) this.#tray?.setImage(image(picture));
    this.#picture = picture;
    this.#tray?.setToolTip(tooltip);
    this.#tray?.setContextMenu(
      Menu.buildFromTemplate([
        { label: tooltip, enabled: false },
        { type: 'separator' },
        { label: texts.app.show, click: () => this.#show() },
        { label: texts.app.quit, click: () => app.quit() },
      ]),
    );
    app.setBadgeCount(count);
  }

  #made(picture: string): Tray | null {
    try {
      const tray = new Tray(image(picture));
      tray.on('click', () => this.#show());
      return tray;
    } catch {
      return null;
    }
  }
}

function image(picture: string): Electron.NativeImage {
  return nativeImage.createFromPath(iconFile(`tray-${picture}`));
}
