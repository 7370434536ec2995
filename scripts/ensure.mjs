// Runs a tool or a script on the pinned Node, after installing what is missing: `node scripts/ensure.mjs TASK [ARGUMENT…]`.
// TASK is a script file (.ts, .mjs) or a command of node_modules/.bin. Node's built-ins only, and nothing newer than
// Node 20: this is the first thing that a fresh clone runs.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const HOME = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(HOME, 'node_modules');
const LOCK = join(HOME, 'package-lock.json');
const INSTALLED_LOCK = join(MODULES, '.package-lock.json');
const STAMP = join(MODULES, '.baton-install');
const WINDOWS = process.platform === 'win32';
const PINNED_NODE = join(MODULES, 'node', 'bin', WINDOWS ? 'node.exe' : 'node');
const OLDEST_NODE = 20;

/** Something that the reader can mend; shown without a stack. */
class Trouble extends Error {}

try {
  const [task, ...args] = process.argv.slice(2);
  if (task === undefined) throw new Trouble('Say what to run: node scripts/ensure.mjs TASK [ARGUMENT…]');
  checkMachine();
  if (!arePackagesInstalled()) await installPackages();
  if (!existsSync(PINNED_NODE)) await placeNode();
  process.exitCode = await runTask(task, args);
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  process.stderr.write(`baton: ${error.message}\n`);
  process.exitCode = 1;
}

function checkMachine() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) {
    throw new Trouble(`Node ${OLDEST_NODE} or newer is needed to start with; this is ${process.version}.`);
  }
}

function arePackagesInstalled() {
  const wanted = lockHash();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return true;
  if (!matchesLock()) return false;
  writeFileSync(STAMP, wanted);
  return true;
}

function lockHash() {
  return createHash('sha256').update(readFileSync(LOCK)).digest('hex');
}

/** Whether a plain `npm install` has already put everything in place that the lock file asks for. */
function matchesLock() {
  if (!existsSync(INSTALLED_LOCK)) return false;
  const wanted = packagesOf(LOCK);
  const installed = packagesOf(INSTALLED_LOCK);
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return optional === true;
    return found.version === version && found.integrity === integrity && existsSync(join(HOME, path));
  });
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

async function installPackages() {
  process.stderr.write('baton: installing the packages of package-lock.json; this takes a minute or two.\n');
  const started = Date.now();
  const { code, text } = await npm(['ci', '--ignore-scripts'], 'quiet');
  if (code !== 0) {
    if (!lacksOnlyForeignPackages(text)) throw new Trouble(`"npm ci" failed (exit code ${code}):\n${text.trim()}`);
    await npmOrTrouble(['install', '--no-save', '--ignore-scripts']);
  }
  writeFileSync(STAMP, lockHash());
  process.stderr.write(`baton: installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}

/**
 * Install scripts are off (.npmrc): some packages bring their binaries along, and npm would compile them all the same.
 * The package `node` is the exception, its script fetches the pinned Node.
 */
async function placeNode() {
  process.stderr.write('baton: fetching the pinned Node.\n');
  await npmOrTrouble(['rebuild', 'node', '--ignore-scripts=false']);
  if (existsSync(PINNED_NODE)) return;
  throw new Trouble(
    `The packages are installed, but the package "node" has not placed its program at ${PINNED_NODE}. Its install ` +
      'script fetches that program as another package; "npm rebuild node --ignore-scripts=false --foreground-scripts" ' +
      'shows what stops it.',
  );
}

/**
 * A lock file that was written where a registry holds packages of one platform only has no entries for the others, and
 * npm 11 then refuses `npm ci` (it can't name the versions it misses). `npm install` keeps to the same lock file and
 * does without them.
 */
function lacksOnlyForeignPackages(text) {
  const complaints = text.split('\n').filter((line) => /(Missing|Invalid): /.test(line));
  return complaints.length > 0 && complaints.every((line) => /Missing: \S+@ from lock file/.test(line));
}

async function npmOrTrouble(args) {
  const { code } = await npm(args, 'shown');
  if (code !== 0) throw new Trouble(`"npm ${args.join(' ')}" failed (exit code ${code}); its own words are above.`);
}

/** npm's own program where npm started us, so that both are the same npm; else the one on the PATH. */
function npm(args, output) {
  const script = process.env.npm_execpath ?? '';
  const byScript = /npm-cli\.c?js$/.test(script);
  const command = byScript ? process.execPath : 'npm';
  const all = [...(byScript ? [script] : []), ...args, '--no-audit', '--no-fund', '--loglevel=error'];
  return new Promise((done) => {
    const child = spawn(command, all, {
      cwd: HOME,
      stdio: ['ignore', output === 'shown' ? 2 : 'pipe', output === 'shown' ? 2 : 'pipe'],
      shell: WINDOWS && !byScript,
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
    child.on('error', (error) => done({ code: 1, text: `npm can't be started: ${error.message}` }));
    child.on('close', (code) => done({ code: code ?? 1, text }));
  });
}

function runTask(task, args) {
  const isScript = /\.(ts|mjs)$/.test(task);
  const command = isScript ? PINNED_NODE : join(MODULES, '.bin', WINDOWS ? `${task}.cmd` : task);
  // Windows spells it Path, and a second one beside it would win or lose by chance.
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const path = [dirname(PINNED_NODE), join(MODULES, '.bin'), process.env[pathName] ?? ''].join(delimiter);
  const child = spawn(command, isScript ? [resolve(HOME, task), ...args] : args, {
    cwd: isScript ? process.cwd() : HOME,
    stdio: 'inherit',
    env: { ...process.env, [pathName]: path },
    shell: WINDOWS && !isScript,
  });
  // A terminal signals the whole group; whoever ends this process alone means the task too.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => undefined);
  return new Promise((done, failed) => {
    child.on('error', (error) => failed(new Trouble(`${task} can't be started: ${error.message}`)));
    child.on('close', (code, signal) => done(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
