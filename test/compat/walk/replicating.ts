import {
  act,
  call,
  calls,
  command,
  commands,
  is,
  learn,
  refused,
  refusedCommand,
  type Step,
  type World,
} from './step.ts';

const isKeyOf = (pair: string) =>
  is((value) => {
    const { Hostname, Port } = value as { readonly Hostname: string; readonly Port: number };
    return pair.length > 0 && Hostname !== '' && Port > 0;
  });

const texts = is((value) => Array.isArray(value) && value.length > 0);

/** @returns the number of a session of a1 that sleeps */
async function longStatement(world: World): Promise<string> {
  const a1 = world.server('a1');
  const connection = await a1.connect('app');
  void connection
    .query('SELECT SLEEP(60)')
    .catch(() => undefined)
    .then(() => connection.end());
  let process = '';
  await world.until('the statement to run', async () => {
    const sql = "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE INFO = 'SELECT SLEEP(60)'";
    const [row] = await a1.query<{ id: number }>(sql);
    process = String(row?.id ?? '');
    return process !== '';
  });
  return process;
}

/** One server at a time (section 5.4 and 5.5): alpha, with GTIDs; it is as before in the end. */
export const REPLICATING: readonly Step[] = [
  ...calls('stop-replica/{a3} start-replica/{a3} stop-slave/{a3} start-slave/{a3}'),
  ...calls('restart-replica/{a3} restart-slave/{a3}'),
  ...calls('stop-replica-nice/{a3} start-replica/{a3} stop-slave-nice/{a3} start-slave/{a3}'),
  refused('stop-replica/{a1}', /is not a replica/),
  ...calls('detach-replica/{a3} reattach-replica/{a3} detach-slave/{a3} reattach-slave/{a3}'),
  ...calls('detach-replica-master-host/{a3} reattach-replica-master-host/{a3}'),
  ...calls('detach-slave-master-host/{a3} reattach-slave-master-host/{a3}'),
  act((world) => world.replicates('a3')),
  ...commands(`
    stop-replica -i {a3:}
    start-replica -i {a3:}
    stop-slave -i {a3:}
    start-slave -i {a3:}
    restart-replica -i {a3:}
    restart-slave -i {a3:}
    stop-replica-nice -i {a3:}
    start-replica -i {a3:}
    detach-replica -i {a3:}
    reattach-replica -i {a3:}
    detach-slave -i {a3:}
    reattach-slave -i {a3:}
    detach-replica-master-host -i {a3:}
    reattach-replica-master-host -i {a3:}
    detach-slave-master-host -i {a3:}
    reattach-slave-master-host -i {a3:}
  `),
  refusedCommand('stop-replica -i {a1:}', /is not a replica/),
  ...calls('disable-gtid/{a3} enable-gtid/{a3}'),
  ...commands(`
    disable-gtid -i {a3:}
    enable-gtid -i {a3:}
    change-master-credentials -i {a3:}
  `),
  call('change-master-credentials/{a3}'),
  call(
    'delay-replication/{a3}/7',
    is((value) => value === 7),
  ),
  command('delay-replication -i {a3:} -S 0', /^0\n$/),
  refused('delay-replication/{a3}/x', /Invalid number of seconds/),
  call('restart-replica-statements/{a3}?q=set%20global%20x%3D1%0A', texts),
  call('restart-slave-statements/{a3}?q=set%20global%20x%3D1', texts),
  command('restart-replica-statements -i {a3:} -q select_1'),
  command('restart-slave-statements -i {a3:} -q select_1'),
  call('can-replicate-from/{a3}/{a2}', isKeyOf('a2')),
  call(
    'can-replicate-from/{a3}/{a2}',
    is((_, message) => message.includes('true')),
  ),
  call(
    'can-replicate-from-gtid/{a3}/{a2}',
    is((_, message) => message.includes('true')),
  ),
  refused('can-replicate-from/{a3}/{a3}', /itself/),
  command('can-replicate-from -i {a3:} -d {a2:}'),
  command('can-replicate-from-gtid -i {a3:} -d {a2:}'),
  ...calls('disable-semi-sync-replica/{a3} enable-semi-sync-replica/{a3}'),
  ...calls('disable-semi-sync-master/{a1} enable-semi-sync-master/{a1}'),
  ...calls('disable-semi-sync-source/{a1} enable-semi-sync-source/{a1}'),
  ...commands(`
    disable-semi-sync-replica -i {a3:}
    enable-semi-sync-replica -i {a3:}
    disable-semi-sync-master -i {a1:}
    enable-semi-sync-master -i {a1:}
  `),
  ...calls('set-writeable/{a3} set-read-only/{a3}'),
  ...commands(`
    set-read-only -i {a1:}
    set-writeable -i {a1:}
    flush-binary-logs -i {a1:}
  `),
  call('flush-binary-logs/{a1}', (value) => ({
    latest: (value as { readonly SelfBinlogCoordinates: { readonly LogFile: string } }).SelfBinlogCoordinates.LogFile,
  })),
  act((world) => world.replicates('a3')),
  act((world) => world.replicates('a2')),
  refused('purge-binary-logs/{a1}/nothing', /nothing/),
  call('purge-binary-logs/{a1}/latest?force=true'),
  command('purge-binary-logs -i {a1:} -n {latest} --force'),
  learn(async (world) => ({ process: await longStatement(world) })),
  call('kill-query/{a1}/{process}'),
  refused('kill-query/{a1}/999999', /999999/),
  refused('kill-query/{a1}/x', /Invalid process id: x/),
  refused('gtid-errant-reset-master/{a3}', /errant/),
  refused('locate-gtid-errant/{a3}', /errant/),
  refused('skip-query/{a3}', /nothing to skip/),
  refusedCommand('skip-query -i {a3:}', /nothing to skip/),
  refused('master-equivalent/{a1}/{latest}/x', /Invalid binary log position: x/),
  call(
    'master-equivalent/{a1}/{latest}/4',
    is((value) => value === null),
  ),
];

/** Transactions that a replica has of its own. */
const errant = act(async (world) => {
  const a3 = world.server('a3');
  await a3.query(
    'SET GLOBAL super_read_only = 0; CREATE TABLE IF NOT EXISTS app.own (id INT); INSERT INTO app.own VALUES (1)',
  );
  await a3.query('SET GLOBAL super_read_only = 1; SET GLOBAL read_only = 1');
});

/** Errant transactions and a broken applier, on alpha. */
export const REPAIRING: readonly Step[] = [
  errant,
  call('refresh/{a3}'),
  command('which-gtid-errant -i {a3:}', /^[0-9a-f-]{36}:/),
  call('locate-gtid-errant/{a3}', texts),
  command('locate-gtid-errant -i {a3:}'),
  call('gtid-errant-inject-empty/{a3}'),
  errant,
  call('refresh/{a3}'),
  command('gtid-errant-inject-empty -i {a3:}'),
  errant,
  call('refresh/{a3}'),
  call('gtid-errant-reset-master/{a3}'),
  errant,
  call('refresh/{a3}'),
  command('gtid-errant-reset-master -i {a3:}'),
  ...breakingOff(call('skip-query/{a3}')),
  ...breakingOff(command('skip-query -i {a3:}')),
  command('which-broken-replicas -i {a1:}', /^$/),
];

/** A transaction of the source fails on a3, and is skipped there. */
function breakingOff(skip: Step): readonly Step[] {
  return [
    act(async (world) => {
      const [a1, a3] = [world.server('a1'), world.server('a3')];
      await a1.query('CREATE TABLE IF NOT EXISTS app.t (id INT PRIMARY KEY); INSERT IGNORE INTO app.t VALUES (1)');
      await world.until('the row to arrive', async () => (await a3.query('SELECT * FROM app.t')).length === 1);
      await a3.query(
        'SET GLOBAL super_read_only = 0; SET sql_log_bin = 0; DELETE FROM app.t; SET sql_log_bin = 1; SET GLOBAL super_read_only = 1',
      );
      await a1.query('DELETE FROM app.t WHERE id = 1');
      await world.until('the applier to stop', async () => (await a3.replicaStatus())?.sqlThread === 'No');
    }),
    call('refresh/{a3}'),
    command('which-broken-replicas -i {a1:}', /^.+\n$/),
    skip,
    act((world) => world.replicates('a3')),
  ];
}
