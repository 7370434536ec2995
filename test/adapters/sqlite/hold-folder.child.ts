import { writeSync } from 'node:fs';
import { SqliteStore } from '../../../src/main/adapters/sqlite/sqlite-store.ts';

const store = SqliteStore.open({ dataFolder: process.argv[2] ?? '' });
writeSync(1, `open ${store.path}\n`);
setInterval(() => store.path, 60_000);
