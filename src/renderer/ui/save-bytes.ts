import { engine } from '../link/index.ts';

/** Lets a person keep bytes as a file: by the program around the page where there is one, else as a download. */
export async function saveBytes(name: string, bytes: Uint8Array): Promise<void> {
  if (engine.hasShell) {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    await engine.shell('saveFile', { suggestedName: name, base64: btoa(text) });
    return;
  }
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
