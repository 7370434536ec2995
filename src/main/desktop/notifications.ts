import { Notification } from 'electron';
import type { Notice } from './shell/notices.ts';

/** Shows messages of the operating system, one for each subject at a time. */
export class Notifications {
  readonly #open: (place: string) => void;
  readonly #shown = new Map<string, Notification>();

  /** @param open what a click leads to */
  constructor(open: (place: string) => void) {
    this.#open = open;
  }

  show({ subject, title, body, to }: Notice): void {
    if (!Notification.isSupported()) return;
    this.#shown.get(subject)?.close();
    const notification = new Notification({ title, body });
    this.#shown.set(subject, notification);
    notification.on('click', () => this.#open(to));
    notification.on('close', () => {
      if (this.#shown.get(subject) === notification) this.#shown.delete(subject);
    });
    notification.show();
  }
}
