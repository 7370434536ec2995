import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The oldest Chromium that the page has to work in: that of the Electron which machines without access to Electron's
// release host test it in.
const CHROME_TARGET = 'chrome114';

// The console's page: the desktop program loads it, and `baton serve` gives it to browsers.
export default defineConfig({
  root: 'src/renderer',
  base: './',
  plugins: [react()],
  // For work on the page: `BATON_API=http://127.0.0.1:3000 npx vite --config renderer.vite.config.ts`.
  server: { proxy: { '/api': { target: process.env.BATON_API ?? 'http://127.0.0.1:3000', ws: true } } },
  optimizeDeps: { entries: ['index.html', 'pages/**/*.tsx'] },
  build: {
    target: CHROME_TARGET,
    outDir: resolve('out/renderer'),
    emptyOutDir: true,
    // The polyfill fetches, which the page's security policy forbids in the desktop program; Chromium needs none.
    modulePreload: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: 'src/renderer/index.html',
      // In one file, so that the switch is set before any other file makes a schema.
      output: { codeSplitting: { groups: [{ name: 'schemas', test: /node_modules[\\/]zod[\\/]|no-eval\.ts/ }] } },
    },
  },
});
