import type { ClientScene } from './client-scene.ts';
import type { Chapter } from './step.ts';

const SHOP = ['db1', 'db2', 'db3', 'db4'];
const OLD = ['old1', 'old2', 'old3', 'old4'];

/** What was forgotten stays so for three polls. */
const oldMayReturn = async (scene: ClientScene) => {
  const { hostname, port } = scene.key('old2');
  await scene.sees(async () => {
    const { Code } = await scene.baton.get<{ readonly Code: string }>(`discover/${hostname}/${port}`);
    return Code === 'OK';
  }, 'old2 to be let in again');
};

/** Meta, discovery, and all that only looks (client reference, 5.1 and 5.2). */
export const LOOKING: readonly Chapter[] = [
  {
    title: 'meta',
    looks: true,
    steps: [
      { command: 'help', prints: /^Usage: / },
      { command: 'which-api', prints: /^http:\/\/127\.0\.0\.1:\d+\/api$/ },
      { command: 'api -path check-global-recoveries', prints: /^\{ ?"Code": ?"OK",.*"Details": ?"enabled" ?\}$/ },
      { command: 'api -P all-instances', prints: /^\[ ?\]$/ },
      {
        command: 'api --path instance/db1.host/1',
        prints: /^\{ ?"Code": ?"ERROR",.*\}$/,
        code: 1,
      },
      { command: 'no-such-command', code: 1, complains: /no-such-command/ },
    ],
  },
  {
    title: 'discovery',
    steps: [
      { command: 'all-instances' },
      { command: 'clusters' },
      { command: 'replication-analysis' },
      { command: 'downtimed' },
      { command: 'discover', code: 1, complains: /instance must be provided|discover needs -i/ },
      { command: 'discover -i db1.host:1', code: 1, complains: /:1\b/ },
      { command: 'discover -i db1', prints: 'db1', after: (scene) => scene.known(...SHOP) },
      {
        command: 'async-discover -i old1.host -D old1.port',
        // The answer has no instance yet.
        stockPrints: ':null',
        after: (scene) => scene.known(...OLD),
      },
      { command: 'forget-cluster -i old1' },
      { command: 'forget -i db4' },
      // Its source still knows it, so it comes back.
      { command: 'all-instances', prints: ['db1', 'db2', 'db3'], after: (scene) => scene.known('db4') },
      { command: 'forget -i old1', code: 1, complains: /[Cc]annot forget old1/ },
      { command: 'discover -i old2', prints: 'old2', given: oldMayReturn, after: (scene) => scene.known(...OLD) },
      { command: 'snapshot-topologies', prints: /./ },
    ],
  },
  {
    title: 'clusters and servers',
    looks: true,
    steps: [
      { command: 'clusters', prints: ['db1', 'old1'] },
      { command: 'clusters-alias', prints: ['db1,shop', 'old1,old'] },
      { command: 'all-clusters-masters', prints: ['db1', 'old1'] },
      { command: 'all-instances', prints: [...SHOP, ...OLD] },
      { command: 'search -i db3.host', prints: 'db3' },
      { command: 'search -i "no such server"' },
      { command: 'instance -i db2', prints: 'db2' },
      { command: 'which-instance -i db2.host -D db2.port', prints: 'db2' },
      { command: 'which-instance', env: (scene) => ({ ORCHESTRATOR_INSTANCE: scene.addressed('db4') }), prints: 'db4' },
      { command: 'instance -i db2.host:1', code: 1, complains: /db2|:1/ },
      { command: 'which-master -i db4', prints: 'db2' },
      { command: 'which-master -i db1', prints: ':0' },
      { command: 'which-replicas -i db1', prints: ['db2', 'db3'] },
      { command: 'which-slaves -i db2', prints: ['db4'] },
      { command: 'which-replicas -i db4' },
      { command: 'which-broken-replicas -i db1' },
      { command: 'which-cluster -i db4', prints: 'db1' },
      { command: 'which-cluster --alias shop', prints: 'db1' },
      { command: 'which-cluster -a nowhere', code: 1, complains: /nowhere/ },
      { command: 'which-cluster-alias -i db4', prints: 'shop' },
      { command: 'which-cluster-instances -alias old', prints: OLD },
      { command: 'which-cluster-instances -i db3', prints: SHOP },
      { command: 'which-cluster-master -a shop', prints: 'db1' },
      { command: 'which-cluster-osc-replicas -a shop', prints: ['db2', 'db3', 'db4'] },
      { command: 'which-cluster-osc-running-replicas -i db1', prints: ['db2', 'db3', 'db4'] },
      { command: 'dominant-dc', prints: 'fra' },
      {
        command: 'topology -i db3',
        prints: /^db1 +\[0s,ok,9\.\d.*,rw,ROW,>>,GTID.*\]\n\+ db2 .*\n {2}\+ db4 .*,ro,.*\n\+ db3 .*$/,
      },
      { command: 'topology -a old', prints: /^old1 +\[0s,ok,5\.6.*\]\n\+ old2 .*\n {2}\+ old4 .*\n\+ old3 .*$/ },
      {
        command: 'topology-tabulated -a shop',
        prints: /^db1 *\|0s *\|ok *\|9.*\|rw *\|ROW *\|>>,GTID.*\n\+ db2 *\|/,
      },
      { command: 'topology -a nowhere', code: 1, complains: /nowhere/ },
      { command: 'is-replicating -i db2', prints: 'db2' },
      { command: 'is-replicating -i db1' },
      { command: 'is-replication-stopped -i db2' },
      { command: 'can-replicate-from -i db4 -d db3', prints: 'db3' },
      { command: 'can-replicate-from -i old4 -d db1', code: 1, complains: /older than/ },
      { command: 'can-replicate-from-gtid -i db4 -d db3', prints: 'db3' },
      { command: 'can-replicate-from-gtid -i old4 -d old3', code: 1, complains: /old4 doesn'?t use GTIDs/ },
      { command: 'which-gtid-errant -i db2' },
    ],
  },
];
