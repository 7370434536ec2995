import { readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { unpackRecovery } from '../../src/main/adapters/recovery-file/recovery-archive.ts';
import { recoveryFileOf } from '../../src/main/core/replay/recovery-file.ts';
import { replay } from '../../src/main/core/replay/replay.ts';
import { type ReplayScene, SCENES } from './scenes.ts';
import { recordScene } from './scenes-lab.ts';

/**
 * Records the files of this folder anew with real servers: `npm run record-replays`, or with names of scenes to record
 * only these. What decides otherwise now than it did when a file was written is shown by the unit tests first; record
 * it again when that is meant.
 */
const FOLDER = fileURLToPath(new URL('.', import.meta.url));

async function record(scene: ReplayScene): Promise<boolean> {
  const beganMs = performance.now();
  try {
    const bytes = await recordScene(scene);
    const file = recoveryFileOf(unpackRecovery(bytes, scene.name));
    const { divergences } = replay(file);
    if (divergences.length > 0) throw new Error(`it does not replay alike: ${JSON.stringify(divergences[0])}`);
    writeFileSync(`${FOLDER}/${scene.name}.json.gz`, bytes);
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(1);
    process.stdout.write(`${scene.name}: ${file.effects.length} effects, ${bytes.length} bytes, ${seconds} s\n`);
    return true;
  } catch (error) {
    process.stderr.write(`${scene.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return false;
  }
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !SCENES.some((scene) => scene.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no scene ${unknown.join(', ')}; there are ${SCENES.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(2);
}
const chosen = SCENES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
let failures = 0;
for (const scene of chosen) if (!(await record(scene))) failures += 1;
const strangers = readdirSync(FOLDER).filter(
  (file) => file.endsWith('.json.gz') && !SCENES.some(({ name }) => file === `${name}.json.gz`),
);
if (strangers.length > 0) process.stdout.write(`Of no scene: ${strangers.join(', ')}\n`);
process.exit(failures === 0 ? 0 : 1);
