import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };

// The command line and `baton serve` as one module, beside the packages that Baton depends on.
export default defineConfig({
  build: {
    ssr: 'src/main/cli/baton.ts',
    outDir: 'out/cli',
    target: 'node24',
    minify: false,
    copyPublicDir: false,
    rolldownOptions: {
      external: Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`)),
      output: { format: 'es', entryFileNames: 'baton.mjs', chunkFileNames: '[name].mjs' },
    },
  },
});
