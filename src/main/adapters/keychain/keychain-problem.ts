import { KeychainError } from '../../engine/ports/credentials.ts';

/** What works without a keychain, everywhere. */
const OTHERWISE =
  'Without a keychain, keep passwords in environment variables or in a file that only Baton may read (docs/credentials.md).';

export function keychainOff(): KeychainError {
  return new KeychainError('off', 'The keychain is not used, because BATON_KEYCHAIN is "none".', OTHERWISE);
}

/** The native module couldn't be loaded. @param said what the loader said */
export function notLoaded(said: string, platform: string): KeychainError {
  const library = /(lib[\w.+-]+\.so[\w.]*): cannot open shared object/.exec(said)?.[1];
  if (library === undefined) {
    return new KeychainError('module', `The keychain can't be used on ${platform}: ${sentence(said)}`, OTHERWISE);
  }
  const message = `The keychain can't be used: this machine lacks ${library}.`;
  const install = library.startsWith('libsecret')
    ? 'Install libsecret (Debian and Ubuntu: libsecret-1-0; Fedora, SUSE and Arch: libsecret).'
    : 'Install the package that holds it.';
  return new KeychainError('library', message, `${install} ${OTHERWISE}`);
}

/** Texts of libsecret and D-Bus when nothing serves `org.freedesktop.secrets` in the session. */
const NO_SERVICE =
  /org\.freedesktop\.secrets|ServiceUnknown|D-?Bus|given address is empty|could not connect|connection refused|X11/i;
/** Texts of libsecret, and of the keychains of macOS and Windows, for one that is locked or may not ask. */
const LOCKED = /locked|dismissed|cancel|interaction is not allowed|not correct|denied|logon session/i;

/** The keychain itself failed. @param said what it said */
export function refusedBy(said: string): KeychainError {
  if (LOCKED.test(said)) return locked();
  if (NO_SERVICE.test(said)) {
    return new KeychainError(
      'no-service',
      `No keychain runs in this session (${said}).`,
      `Run Baton in a desktop session with GNOME Keyring or KWallet, or start one: dbus-run-session, then gnome-keyring-daemon --unlock. ${OTHERWISE}`,
    );
  }
  return new KeychainError('refused', `The keychain refused: ${sentence(said)}`, OTHERWISE);
}

export function locked(): KeychainError {
  return new KeychainError(
    'locked',
    'The keychain is locked, and nobody unlocked it.',
    `Unlock it, by logging in to the desktop or in its own program, and try again. ${OTHERWISE}`,
  );
}

/** @param limitMs how long Baton waited */
export function noAnswer(limitMs: number): KeychainError {
  return new KeychainError(
    'no-answer',
    `The keychain did not answer within ${Math.round(limitMs / 100) / 10} s; it may be waiting for somebody to unlock it.`,
    `Answer its question or unlock it, and try again. ${OTHERWISE}`,
  );
}

function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return 'it did not say why.';
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
