import { count } from './checks.ts';
import { act, call, calls, command, commands, is, refused, refusedCommand, type Step } from './step.ts';

interface Listed {
  readonly Key: { readonly Hostname: string; readonly Port: number };
}

const lines = (wanted: number) => is((value) => typeof value === 'string' && value.split('\n').length === wanted);

/** Discovery, clusters, texts, names: what changes nothing on servers (sections 5.5 to 5.8 and 5.10). */
export const LOOKING: readonly Step[] = [
  ...calls('discover/{a1} discover/{b1} async-discover/{a2} refresh/{a2}'),
  act((world) =>
    world.until('both clusters to be read', async () => {
      const all = await world.ask<readonly Listed[]>('all-instances');
      return all.length === 7 && all.every((each) => 'IsLastCheckValid' in each && each.IsLastCheckValid === true);
    }),
  ),
  act((world) =>
    world.until('the clusters to have their aliases', async () => {
      const all = await world.ask<readonly { readonly ClusterAlias: string }[]>('clusters-info');
      return (
        all
          .map((each) => each.ClusterAlias)
          .toSorted()
          .join() === 'alpha,beta'
      );
    }),
  ),
  call('all-instances/', count(7)),
  call(
    'clusters',
    is((value) => Array.isArray(value) && value.length === 2),
  ),
  ...calls('clusters-info cluster-info/alpha cluster-info/{a4:} cluster-info/alias/alpha'),
  call('cluster/alpha', count(4)),
  call('cluster/alias/beta', count(3)),
  call('cluster/instance/{a4}', count(4)),
  refused('cluster/nobody', /Unable to determine cluster name by hint: nobody/),
  call('masters', count(2)),
  ...calls('master/alpha master/{a4:} instance/{a2} instance/{a1}'),
  refused('instance/nobody/3306', /Cannot read instance: nobody:3306/),
  call('instance-replicas/{a1}', count(2)),
  call('instance-replicas/{a4}', count(0)),
  call('search/{a4:}', count(1)),
  call('search?s=alpha', count(4)),
  call('search?s=nothing-like-it%0A', count(0)),
  call('topology/alpha', lines(4)),
  call('topology/{a4}', lines(4)),
  call(
    'topology-tabulated/alpha',
    is((value) =>
      String(value)
        .split('\n')
        .every((line) => line.split('|').length === 7),
    ),
  ),
  ...calls('topology-tabulated/{a4} topology-tags/alpha topology-tags/{a4}'),
  ...calls('cluster-osc-replicas/alpha cluster-osc-slaves/alpha problems problems/%25 snapshot-topologies/'),
  ...calls('bulk-instances resolve/{a1} hostname-resolve-cache reset-hostname-resolve-cache'),
  refused('resolve/127.0.0.1/1', /127\.0\.0\.1:1/),
  ...commands(`
    discover -i {a1:}
    async-discover -i {a2:}
    which-instance -i {a1:}
    instance -i {a1:}
    clusters
    clusters-alias
    all-instances
    all-clusters-masters
    which-replicas -i {a1:}
    which-slaves -i {a1:}
    which-broken-replicas -i {a1:}
    which-cluster-instances -a alpha
    which-cluster -i {a4:}
    which-cluster-master -a alpha
    which-cluster-osc-replicas -a alpha
    which-cluster-osc-slaves -a alpha
    which-cluster-osc-running-replicas -a alpha
    which-cluster-gh-ost-replicas -a alpha
    which-cluster-gh-ost-slaves -a alpha
    get-cluster-heuristic-lag -a alpha
    get-candidate-replica -i {a1:}
    get-candidate-slave -i {a1:}
    which-cluster-domain -a alpha
    set-heuristic-domain-instance -a alpha
    which-heuristic-domain-instance -a alpha
    topology -a alpha
    topology-tabulated -a alpha
    topology-tags -a alpha
    snapshot-topologies
    resolve -i {a1:}
    reset-hostname-resolve-cache
    show-resolve-hosts
    bulk-instances
    help
    which-api
    api -P clusters
    dump-config
  `),
  command('which-cluster-alias -i {a4:}', /^alpha\n$/),
  command('which-master -i {a2:}'),
  command('which-master -i {a1:}', /^:0\n$/),
  command('search -i alpha', /^(.*\n){4}$/),
  command('find --pattern :{port}$', /^/),
  command('instance-status -i {a1:}', /^\[0s,ok,9\..*\]\n$/),
  command('dominant-dc', /^ams\n$/),
  command('is-replicating -i {a2:}', /^.+\n$/),
  command('is-replication-stopped -i {a2:}', /^$/),
  command('which-gtid-errant -i {a2:}', /^\n?$/),
  refusedCommand('which-instance -i nobody:3306', /Cannot read instance/),
];

/** Tags, pools, names, downtime, maintenance, promotion rules, aliases: what Baton remembers (sections 5.5 to 5.10). */
export const LABELS: readonly Step[] = [
  ...calls('tag/{a2}?tag=role%3Dbackup%0A tag/{a3}/role/backup tag/{a4}?tag=old'),
  call(
    'tags/{a2}',
    is((value) => JSON.stringify(value) === '["role=backup"]'),
  ),
  call(
    'tags/{a4}',
    is((value) => JSON.stringify(value) === '["old="]'),
  ),
  call('tags/{a1}', count(0)),
  call(
    'tag-value/{a2}?tag=role',
    is((value) => value === 'backup'),
  ),
  call(
    'tag-value/{a2}/role',
    is((value) => value === 'backup'),
  ),
  refused('tag-value/{a1}/role', /role/),
  call('tagged?tag=role%3Dbackup', count(2)),
  call('tagged?tag=~role', count(1)),
  call('tagged?tag=nothing', count(0)),
  call('untag/{a2}?tag=role%3Dother', count(0)),
  call('untag/{a2}/role', count(1)),
  call('untag/{a4}?tag=old', count(1)),
  call('untag-all?tag=role%3Dbackup', count(1)),
  ...calls('tag/{a2}?tag=role%3Dbackup'),
  call('untag-all/role/backup', count(1)),
  call('untag-all?tag=role%3Dbackup', count(0)),
  ...commands(`
    tag -i {a2:} -t role=backup
    tags -i {a2:}
    tag-value -i {a2:} -t role
    tagged -t role
    untag -i {a2:} -t role
    untag-all -t role=backup
  `),
  call(
    'submit-pool-instances/readers?instances={a2:},{a3:}',
    is((value) => value === 'readers'),
  ),
  act((world) =>
    world.until('the name of the cluster', async () => {
      const info = await world.ask<{ readonly ClusterName: string }>('cluster-info/alpha');
      return info.ClusterName !== '';
    }),
  ),
  call('cluster-info/alpha', (value) => ({ alpha: (value as { readonly ClusterName: string }).ClusterName })),
  ...calls('cluster-pool-instances/{alpha} cluster-pool-instances/{alpha}/readers cluster-pool-instances/nobody'),
  call('heuristic-cluster-pool-instances/alpha', count(2)),
  call('heuristic-cluster-pool-instances/alpha/readers/', count(2)),
  call('heuristic-cluster-pool-instances/alpha/none', count(0)),
  ...calls('heuristic-cluster-pool-lag/alpha heuristic-cluster-pool-lag/alpha/readers'),
  refused('heuristic-cluster-pool-lag/alpha/none', /No pooled instance/),
  ...commands(`
    submit-pool-instances -l readers -i {a2:},{a3:}
    cluster-pool-instances
    which-heuristic-cluster-pool-instances -a alpha
  `),
  call(
    'submit-pool-instances/readers?instances=',
    is((value) => value === 'readers'),
  ),
  call('register-hostname-unresolve/{a2}/reader.invalid'),
  call('deregister-hostname-unresolve/{a2}'),
  ...commands(`
    register-hostname-unresolve -i {a2:} -H reader.invalid
    show-unresolve-hosts
    deregister-hostname-unresolve -i {a2:}
  `),
  call('register-candidate/{a2}/prefer'),
  refused('register-candidate/{a2}/must', /Invalid promotion rule: must/),
  call('bulk-promotion-rules', count(1)),
  command('register-candidate -i {a2:} -R neutral'),
  command('bulk-promotion-rules', /^\S+:\d+ neutral\n$/),
  call('set-cluster-alias/{alpha}?alias=alpha'),
  refused('set-cluster-alias/{alpha}', /No alias given/),
  call('downtimed', count(0)),
  call('begin-downtime/{a3}/mona/disk%0A/5m'),
  call('begin-downtime/{a2}/mona/disk'),
  call('downtimed/', count(2)),
  call('downtimed/alpha', count(2)),
  call('downtimed/beta', count(0)),
  refused('begin-downtime/{a3}/mona/disk/2y', /Invalid duration/),
  ...calls('end-downtime/{a3} end-downtime/{a2} end-downtime/{a2}'),
  ...commands(`
    begin-downtime -i {a3:} -o mona -r disk -u 5m
    downtimed
    which-downtimed-instances
    which-lost-in-recovery
    end-downtime -i {a3:}
  `),
  call('maintenance', count(0)),
  call('begin-maintenance/{a3}/mona/disk'),
  refused('begin-maintenance/{a3}/other/disk', /mona/, 'int'),
  call(
    'in-maintenance/{a3}',
    is((value, message) => value !== '' && message === 'true'),
  ),
  call(
    'in-maintenance/{a2}',
    is((value, message) => value === '' && message === 'false'),
  ),
  call('maintenance', (value) => ({
    maintenance: String((value as readonly { readonly MaintenanceId: number }[])[0]?.MaintenanceId),
  })),
  call('end-maintenance/{maintenance}'),
  refused('end-maintenance/1', /No maintenance has the id 1/),
  ...calls('begin-maintenance/{a3}/mona/disk end-maintenance/{a3}'),
  ...commands(`
    begin-maintenance -i {a3:} -o mona -r disk
    in-maintenance -i {a3:}
    end-maintenance -i {a3:}
  `),
  ...calls('submit-masters-to-kv-stores/ submit-masters-to-kv-stores/alpha'),
  command('submit-masters-to-kv-stores', /^mysql\/master\/alpha:/),
];
