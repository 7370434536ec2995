import { notifications } from '@mantine/notifications';

/** Runs what a person asked for, and tells them when it did not work. @returns whether it did */
export async function attempt(action: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await action();
    if (done !== undefined) notifications.show({ message: done, color: 'green' });
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    notifications.show({ message, color: 'red', autoClose: false, withCloseButton: true });
    return false;
  }
}
