import { defineConfig } from 'electron-vite';
import page from './renderer.vite.config.ts';

// The oldest runtime that the desktop form has to start in: Electron 25, on which machines without access to Electron's
// release host test it.
const NODE_TARGET = 'node18';

/** Packages with a native part, which find it beside their own files. */
const NATIVE = ['better-sqlite3', 'keytar'];

// Self-contained CommonJS: a sandboxed preload script can load no other file, and the main process then needs nothing of
// node_modules but the native packages, and those only when they are used.
const commonJs = (input: Readonly<Record<string, string>>) => ({
  target: NODE_TARGET,
  externalizeDeps: false,
  rolldownOptions: {
    input,
    external: NATIVE,
    output: { format: 'cjs' as const, entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
  },
});

export default defineConfig({
  main: { build: commonJs({ index: 'src/main/index.ts' }) },
  // Scripts that can load no other file, or must not: the keychain's process would load the main script for what they share.
  preload: {
    build: {
      ...commonJs({ index: 'src/preload/index.ts', 'keychain-process': 'src/main/desktop/keychain-process.ts' }),
      isolatedEntries: true,
    },
  },
  renderer: page,
});
