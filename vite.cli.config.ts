import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };

// The command line and `baton serve` as one module, beside the packages that Baton depends on. The keychain's helper is a
// process of its own, and lies beside what starts it.
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'out/cli',
    target: 'node24',
    minify: false,
    copyPublicDir: false,
    rolldownOptions: {
      input: { baton: 'src/main/cli/baton.ts', 'keychain-child': 'src/main/adapters/keychain/keychain-child.ts' },
      external: Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`)),
      output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
    },
  },
});
