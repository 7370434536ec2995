import { isKey, type KeyJson } from '../../e2e/failover-scene.ts';
import { count, settled } from './checks.ts';
import { act, call, calls, command, commands, is, refused, refusedCommand, type Step } from './step.ts';

const some = is((value) => Array.isArray(value) && value.length > 0);
const none = count(0);

/** A planned takeover, and the old source replicates again. */
function plain(path: string, old: string): readonly Step[] {
  return [call(path), call(`start-replica/{${old}}`), settled(old)];
}

/** A takeover by force, and the source that it set aside comes back below the new one. */
function forced(step: Step, old: string, now: string): readonly Step[] {
  return [step, act((world) => world.follow(old, now)), call(`end-downtime/{${old}}`), settled(old)];
}

/** Hands alpha over in every way (section 5.9); a1 is its source in the beginning and the end. */
export const TAKING_OVER: readonly Step[] = [
  call('relocate/{a4}/{a1}'),
  refused('graceful-master-takeover/{a1}', /no successor promoted: .*replicas/),
  refused('graceful-master-takeover/alpha', /no successor promoted: .*replicas/),
  refusedCommand('graceful-master-takeover -a alpha', /no successor promoted: .*replicas/),
  ...plain('graceful-master-takeover/{a1}/{a2}', 'a1'),
  ...plain('graceful-master-takeover/alpha/{a1}', 'a2'),
  call('graceful-master-takeover-auto/{a1}/{a2}'),
  settled('a1'),
  call('graceful-master-takeover-auto/alpha/{a1}'),
  settled('a2'),
  call('register-candidate/{a2}/prefer'),
  call('graceful-master-takeover-auto/{a1}'),
  settled('a1', 'a3', 'a4'),
  ...calls('register-candidate/{a1}/prefer register-candidate/{a2}/neutral'),
  call('graceful-master-takeover-auto/alpha'),
  settled('a2', 'a3', 'a4'),
  command('graceful-master-takeover -a alpha -d {a2:}'),
  ...calls('start-replica/{a1}'),
  settled('a1'),
  command('graceful-master-takeover-auto -a alpha -d {a1:}'),
  settled('a2'),
  call('make-co-master/{a2}'),
  settled('a1', 'a2'),
  call('cascade-master-takeover-auto/{a1}'),
  settled('a1', 'a2'),
  call('cascade-master-takeover-auto/alpha'),
  settled('a1', 'a2'),
  call('cascade-master-takeover-auto/{a1}/{a2}'),
  settled('a1', 'a2'),
  call('cascade-master-takeover-auto/alpha/{a1}'),
  settled('a1', 'a2'),
  command('cascade-master-takeover-auto -a alpha'),
  settled('a1', 'a2'),
  command('cascade-master-takeover-auto -a alpha -d {a1:}'),
  settled('a1', 'a2'),
  call('reset-replica/{a1}'),
  ...forced(call('force-master-takeover/alpha/{a2}'), 'a1', 'a2'),
  ...forced(call('force-master-takeover/{a2}/{a1}'), 'a2', 'a1'),
  ...forced(command('force-master-takeover -a alpha -d {a2:}'), 'a1', 'a2'),
  ...calls('register-candidate/{a1}/prefer register-candidate/{a2}/neutral'),
  ...forced(call('force-master-failover/{a2}'), 'a2', 'a1'),
  ...calls('register-candidate/{a2}/prefer register-candidate/{a1}/neutral'),
  ...forced(call('force-master-failover/alpha'), 'a1', 'a2'),
  ...calls('register-candidate/{a1}/prefer register-candidate/{a2}/neutral'),
  ...forced(command('force-master-failover -a alpha'), 'a2', 'a1'),
];

/** Kills a server and waits until Baton calls it dead. */
const dies = (name: string) =>
  act(async (world) => {
    const server = world.server(name);
    await server.kill('SIGKILL');
    await world.until(`${name} to be dead`, async () => {
      const { Details } = await world.ask<{
        readonly Details: readonly { readonly AnalyzedInstanceKey: KeyJson; readonly Analysis: string }[];
      }>('replication-analysis');
      return Details.some(({ AnalyzedInstanceKey: key, Analysis }) => isKey(key, server.key) && /^Dead/.test(Analysis));
    });
  });

/** Starts a server that was killed and makes it a replica of another. */
const returns = (name: string, source: string) =>
  act(async (world) => {
    await world.server(name).start();
    await world.follow(name, source);
    await world.replicates(name);
  });

interface RecoveryRow {
  readonly Id: number;
  readonly UID: string;
}

/** Failures, recoveries, their audit and acknowledgement (section 5.9). The clusters are used up in the end. */
export const RECOVERING: readonly Step[] = [
  call(
    'ack-all-recoveries?comment=so%20far%0A',
    is((value) => value === 'so far'),
  ),
  call(
    'replication-analysis',
    is((value) => Array.isArray(value)),
  ),
  refused('recover/{a1}', /Recovery not attempted/, 'Key'),
  refused('recover/{a1}/{a2}', /Recovery not attempted/, 'Key'),
  refused('recover-lite/{a1}', /Recovery not attempted/, 'Key'),
  refusedCommand('recover -i {a1:}', /Recovery not attempted/),
  refusedCommand('recover-lite -i {a1:}', /Recovery not attempted/),
  dies('a1'),
  call('replication-analysis', some),
  call('replication-analysis/alpha', some),
  call('replication-analysis/instance/{a1}', some),
  call('replication-analysis/instance/{a3}'),
  command('replication-analysis', /^.*:\d+ \(cluster .*:\d+\): Dead/m),
  ...calls('problems problems/{alpha} blocked-recoveries blocked-recoveries/cluster/{alpha}'),
  call('recover/{a1}/{a2}'),
  call('audit-recovery', (value) => {
    const [{ Id = 0, UID = '' } = {}] = value as readonly RecoveryRow[];
    return { id: String(Id), uid: UID };
  }),
  ...['audit-recovery/0', 'audit-recovery/id/{id}', 'audit-recovery/uid/{uid}'].map((path) => call(path, some)),
  ...['audit-recovery/cluster/{alpha}', 'audit-recovery/cluster/{alpha}/0'].map((path) => call(path, some)),
  ...['audit-recovery/alias/alpha', 'audit-recovery/alias/alpha/0'].map((path) => call(path, some)),
  call('audit-recovery/id/999', none),
  call('audit-recovery-steps/{uid}', some),
  ...['audit-failure-detection', 'audit-failure-detection/0'].map((path) =>
    call(path, (value) => {
      const [{ Id = 0 } = {}] = value as readonly RecoveryRow[];
      return { detection: String(Id) };
    }),
  ),
  call('audit-failure-detection/id/{detection}', some),
  call('audit-failure-detection/alias/alpha', some),
  call('audit-failure-detection/alias/alpha/0', some),
  call('replication-analysis-changelog', some),
  ...calls('active-cluster-recovery/{alpha} recently-active-cluster-recovery/{alpha}'),
  ...calls('recently-active-instance-recovery/{a1} recently-active-instance-recovery/{a2}'),
  refused('ack-recovery/{id}', /No acknowledge comment given/),
  call('ack-recovery/{id}?comment=seen'),
  ...calls('ack-recovery/uid/{uid}?comment=seen ack-recovery/cluster/alpha?comment=seen'),
  ...calls('ack-recovery/cluster/alias/alpha?comment=seen ack-recovery/instance/{a1}?comment=seen'),
  ...commands(`
    ack-cluster-recoveries -a alpha -r seen
    ack-all-recoveries -r seen
    ack-instance-recoveries -i {a1:} -r seen
    which-lost-in-recovery
  `),
  ...calls('downtimed audit'),
  dies('a2'),
  call('recover-lite/{a2}/{a3}'),
  dies('a3'),
  call('recover/{a3}'),
  returns('a1', 'a4'),
  // Of two servers it is plain who takes over.
  call('graceful-master-takeover/{a4}'),
  call('start-replica/{a4}'),
  settled('a4'),
  call('graceful-master-takeover/alpha'),
  call('start-replica/{a1}'),
  settled('a1'),
  returns('a2', 'a4'),
  dies('a4'),
  command('recover -i {a4:} -d {a1:}'),
  dies('a1'),
  command('recover-lite -i {a1:}'),
  dies('b1'),
  call('make-master/{b2}'),
  settled('b3'),
  dies('b2'),
  call('recover-lite/{b2}'),
  ...calls('audit-recovery blocked-recoveries'),
  ...calls('forget/{a1}'),
  refused('forget/nobody/3306', /Cannot forget nobody:3306/),
  command('forget -i {b1:}'),
  call('forget-cluster/alpha'),
  command('forget-cluster -i {b2:}'),
  command('access-token --data-dir {data}'),
];
