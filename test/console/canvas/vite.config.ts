import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `npx vite --config test/console/canvas/vite.config.ts`
export default defineConfig({
  root: resolve('test/console/canvas'),
  base: './',
  plugins: [react()],
  build: { target: 'chrome114', outDir: resolve('out/console-canvas'), emptyOutDir: true },
});
