import { defineConfig } from 'electron-vite';

// The oldest runtime that the desktop form has to start in: Electron 25, on which machines without access to Electron's
// release host test it.
const NODE_TARGET = 'node18';
const CHROME_TARGET = 'chrome114';

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
  renderer: {
    build: {
      target: CHROME_TARGET,
      // The polyfill fetches, which the page's security policy forbids; Chromium needs none.
      modulePreload: false,
      rolldownOptions: { input: 'src/renderer/index.html' },
    },
  },
});
