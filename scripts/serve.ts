import { join } from 'node:path';
import { ensurePage } from './page.ts';
import { HOME } from './run-command.ts';

// `baton serve` of this work tree, with the console's page at `/`.
await ensurePage();
process.argv.splice(2, 0, 'serve');
await import(join(HOME, 'bin', 'baton.mjs'));
