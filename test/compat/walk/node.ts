import { call, calls, command, commands, is, refused, refusedCommand, type Step } from './step.ts';

const listed = is((value) => value === null || Array.isArray(value));
const RAFT = /^(baton: )?This node is not running raft/;
const AGENTS = /^(baton: )?Agents not served/;

/** The node itself, its metrics, and what only quorums and agents have (sections 5.10 to 5.12 and 12). */
export const NODE: readonly Step[] = [
  call(
    'health',
    is((value) => (value as { readonly Healthy: boolean }).Healthy),
  ),
  ...calls('status headers automated-recovery-filters'),
  ...['lb-check', '_ping', 'leader-check', 'leader-check/503', 'routed-leader-check'].map((path) =>
    call(
      path,
      is((value) => value === 'OK'),
    ),
  ),
  ...calls('grab-election reelect reload-configuration'),
  refused('reload-cluster-alias', /retired/),
  refused('reload-configuration?config=nowhere.json', /nowhere\.json/),
  ...calls('audit audit/0 audit/instance/{a1} audit/instance/{a1}/1'),
  call('replication-analysis-changelog', listed),
  ...['discovery-metrics', 'backend-query-metrics', 'write-buffer-metrics', 'discovery-queue-metrics'].flatMap((name) =>
    calls(`${name}-raw/60 ${name}-aggregated/60`),
  ),
  ...calls('discovery-queue-metrics-raw/DEFAULT/60 discovery-queue-metrics-aggregated/DEFAULT/60'),
  refused('discovery-queue-metrics-raw/NOBODYS/60', /NOBODYS/),
  refused('discovery-metrics-raw/0', /0/),
  ...(
    'raft-add-peer/x raft-remove-peer/x raft-yield/x raft-yield-hint/x raft-peers raft-state raft-leader raft-health ' +
    'raft-status raft-snapshot raft-follower-health-report/x/y/z'
  )
    .split(' ')
    .map((path) => refused(path, RAFT)),
  ...(
    'agents agent/x agent-umount/x agent-mount/x?lv=y agent-create-snapshot/x agent-removelv/x?lv=y agent-mysql-stop/x ' +
    'agent-mysql-start/x agent-seed/x/y agent-active-seeds/x agent-recent-seeds/x agent-seed-details/1 ' +
    'agent-seed-states/1 agent-abort-seed/1 agent-custom-command/x/y seeds'
  )
    .split(' ')
    .map((path) => refused(path, AGENTS)),
  refusedCommand('raft-leader', RAFT),
  refusedCommand('raft-health', RAFT),
  refusedCommand('raft-leader-hostname', RAFT),
  refusedCommand('raft-elect-leader -H x', RAFT),
  refusedCommand('custom-command -H x --pattern y', AGENTS),
  refusedCommand('internal-suggest-promoted-replacement -i {a1:} -d {a2:}', /Baton has no /),
  ...commands(`
    active-nodes
    redeploy-internal-db
  `),
  ...calls('disable-global-recoveries check-global-recoveries enable-global-recoveries'),
  call(
    'check-global-recoveries',
    is((value) => value === 'enabled'),
  ),
  command('disable-global-recoveries', /^disabled\n$/),
  command('check-global-recoveries', /^disabled\n$/),
  command('enable-global-recoveries', /^enabled\n$/),
];
