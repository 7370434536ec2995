import type { InstanceKey } from '../../src/shared/domain/instance-key.ts';
import { keyText, parseKey } from '../../src/shared/domain/instance-key.ts';
import { LAB_FLAVORS, type ProgressEvent } from '../lab/index.ts';
import { BatonProcess } from '../support/baton-process.ts';
import type { DemoFleet } from './demo-fleet.ts';
import { startLabFleet } from './lab-fleet.ts';
import { startSimFleet } from './sim-fleet.ts';

export interface DemoOptions {
  readonly flavor: string;
  /** Go on by itself: kill the source, show the failover, judge it. */
  readonly script: boolean;
}

/** Runs the demo. @returns the exit code: 0 only if nothing that a surviving replica had received was lost */
export async function runDemo({ flavor, script }: DemoOptions): Promise<number> {
  const interrupted = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  const fleet = await obtainFleet(flavor);
  if (fleet === null) return 2;
  say(`Running: ${fleet.description}.`);
  let target = fleet.source;
  let baton: BatonProcess | null = null;
  try {
    baton = await BatonProcess.start(fleet.settings);
    say(`Baton watches them; its ${script ? `API is at ${baton.url}/api/` : `console is at ${baton.url}/`}`);
    await baton.discover(fleet.source);
    await allSeen(baton, fleet);
    await fleet.startWriting(() => target);
    say('A client writes a row every 10 ms. The topology, found from one server:');
    await showTopology(baton, fleet.source);
    if (!script) {
      say(
        `Try it: bin/baton.mjs topology -i ${keyText(fleet.source)} --api ${baton.url}   (Ctrl-C here ends everything)`,
      );
      await Promise.race([
        interrupted,
        watch(baton, (key) => {
          target = key;
        }),
      ]);
      return 0;
    }
    return await Promise.race([
      failover(baton, fleet, (key) => {
        target = key;
      }),
      interrupted.then(() => 130),
    ]);
  } finally {
    await baton?.stop();
    await fleet.stop();
  }
}

async function obtainFleet(flavor: string): Promise<DemoFleet | null> {
  if (flavor === 'sim') return await startSimFleet();
  const known = LAB_FLAVORS.find((each) => each === flavor);
  if (known === undefined) {
    process.stderr.write(`--flavor is one of ${LAB_FLAVORS.join(', ')}, sim.\n`);
    return null;
  }
  try {
    return await startLabFleet(known, showProgress);
  } catch (error) {
    say(`No real server could be had: ${error instanceof Error ? error.message : String(error)}`);
    say('The demo goes on with a simulated fleet that speaks the MySQL protocol.');
    return await startSimFleet();
  }
}

async function failover(baton: BatonProcess, fleet: DemoFleet, redirect: (key: InstanceKey) => void): Promise<number> {
  say(`Killing ${keyText(fleet.source)} with SIGKILL.`);
  const killedMs = performance.now();
  await fleet.killSource();
  const promoted = await baton.event('recovery-step', (event) => event.message.startsWith('[promoted'), 30_000);
  const successor = parseKey(/\] (\S+) is the new source/.exec(promoted.message)?.[1] ?? '', 3306);
  if (successor !== null) redirect(successor);
  await baton.event('recovery-step', (event) => event.message.startsWith('[post hooks'), 30_000);
  for (const event of baton.events) {
    if (event.arrivedMs < killedMs) continue;
    const at = `+${Math.round(event.arrivedMs - killedMs)} ms`.padStart(9);
    if (event.type === 'detection') say(`${at}  detected ${event.code} on ${keyText(event.key)}`);
    if (event.type === 'recovery-step') say(`${at}  ${event.message}`);
  }
  if (successor === null) {
    say('Nothing was promoted.');
    return 1;
  }
  await fleet.writesArrive(successor);
  say('The new topology:');
  await showTopology(baton, successor);
  say(`Write outage, as the client saw it: ${Math.round(fleet.outageMs(successor))} ms.`);
  const { ok, lines } = await fleet.verdict(successor);
  for (const line of lines) say(line);
  say(ok ? 'The failover is complete.' : 'The failover is NOT complete.');
  return ok ? 0 : 1;
}

/** Shows what happens while the demo waits, and sends the client to whoever is promoted. */
async function watch(baton: BatonProcess, redirect: (key: InstanceKey) => void): Promise<never> {
  let shown = baton.events.length;
  for (;;) {
    await baton.until(() => baton.events.length > shown, 24 * 3600 * 1000, 'events');
    for (const event of baton.events.slice(shown)) {
      if (event.type === 'detection') say(`detected ${event.code} on ${keyText(event.key)}`);
      if (event.type === 'recovery-step') say(event.message);
      if (event.type === 'recovery-ended' && event.successor !== null) {
        redirect(event.successor);
        await showTopology(baton, event.successor);
      }
    }
    shown = baton.events.length;
  }
}

async function allSeen(baton: BatonProcess, fleet: DemoFleet): Promise<void> {
  await baton.until(
    async () => {
      const instances = await baton.get<{ IsLastCheckValid: boolean }[]>('all-instances');
      return instances.length === fleet.members.length && instances.every((each) => each.IsLastCheckValid);
    },
    30_000,
    'all servers to be discovered',
  );
  const graceMs = Number(fleet.settings.BatonStartupGraceSeconds ?? 1) * 1000;
  await new Promise((resolve) => setTimeout(resolve, graceMs + 500));
}

async function showTopology(baton: BatonProcess, member: InstanceKey): Promise<void> {
  const text = await baton.ask<string>(`topology/${member.hostname}/${member.port}`);
  process.stdout.write(`\n${text}\n\n`);
}

function showProgress({ message, receivedBytes, totalBytes }: ProgressEvent): void {
  const share = receivedBytes !== undefined && totalBytes ? ` ${Math.floor((receivedBytes / totalBytes) * 100)} %` : '';
  say(`${message}${share}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
