import { runChecks } from './checks.ts';

const names = process.argv.slice(2);
const failed = await runChecks(names.length > 0 ? names : undefined);
process.exitCode = failed.length > 0 ? 1 : 0;
