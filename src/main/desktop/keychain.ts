import { join } from 'node:path';
import { utilityProcess } from 'electron';
import { createKeychain, type RunChild } from '../adapters/keychain/keychain.ts';
import { noAnswer } from '../adapters/keychain/keychain-problem.ts';
import type { Keychain } from '../engine/ports/credentials.ts';

/** Built with the preload script, as that is: by itself. */
const CHILD = join(import.meta.dirname, '..', 'preload', 'keychain-process.cjs');
/** Somebody may have to type the keychain's password first. */
const LIMIT_MS = 60_000;
/** Of a process that ended by a violation of memory: the signal, or as a shell tells it. */
const SEGMENTATION_FAULT = new Set([11, 139]);

/** The operating system's keychain, asked in a process of its own. */
export function desktopKeychain(): Keychain {
  return createKeychain({ env: process.env, limitMs: LIMIT_MS, runChild });
}

const runChild: RunChild = (request, env, limitMs) =>
  new Promise((resolve, reject) => {
    const child = utilityProcess.fork(CHILD, [], {
      env: { ...env, NODE_OPTIONS: '' } as Record<string, string>,
      serviceName: 'Baton keychain',
      stdio: 'ignore',
    });
    let output = '';
    const timer = setTimeout(() => {
      child.kill();
      reject(noAnswer(limitMs));
    }, limitMs);
    child.on('message', (answer) => {
      output = String(answer);
      child.kill();
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve({ output, code, signal: output === '' && SEGMENTATION_FAULT.has(code) ? 'SIGSEGV' : null });
    });
    child.postMessage(request);
  });
