import { runProgram } from './run-command.ts';

// The desktop form into out/main, out/preload and out/renderer, the command line and server into out/cli.
process.exitCode =
  (await runProgram('electron-vite/bin/electron-vite.js', ['build'])) ||
  (await runProgram('vite/bin/vite.js', ['build', '--config', 'vite.cli.config.ts']));
