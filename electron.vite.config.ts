import { defineConfig } from 'electron-vite';
import page from './renderer.vite.config.ts';

// The oldest runtime that the desktop form has to start in: Electron 25, on which machines without access to Electron's
// release host test it.
const NODE_TARGET = 'node18';

// Self-contained CommonJS: a sandboxed preload script can load no other file, and the main process then needs no
// node_modules beside it.
const commonJs = (entry: string) => ({
  target: NODE_TARGET,
  externalizeDeps: false,
  rolldownOptions: { input: { index: entry }, output: { format: 'cjs' as const, entryFileNames: '[name].cjs' } },
});

export default defineConfig({
  main: { build: commonJs('src/main/index.ts') },
  preload: { build: commonJs('src/preload/index.ts') },
  renderer: page,
});
