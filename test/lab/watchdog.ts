/**
 * Outlives the process that started a lab by a moment: when the pipe from it closes, whatever the reason — even SIGKILL —,
 * the lab's servers are killed and its folder is removed. `release` on the pipe tells it to let the lab live.
 *
 * Started as `node watchdog.ts FOLDER`, in a session of its own, so that a Ctrl-C at the terminal doesn't reach it.
 */
import { clearRunFolder } from './run-folder.ts';

const folder = process.argv[2];
if (!folder) throw new Error('The watchdog needs the folder of a lab.');

let released = false;
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text: string) => {
  if (text.includes('release')) released = true;
});
process.stdin.on('close', () => {
  if (!released) void clearRunFolder(folder);
});
