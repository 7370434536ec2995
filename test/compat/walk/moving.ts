import { count, settled } from './checks.ts';
import { act, call, calls, command, commands, is, refused, refusedCommand, type Step } from './step.ts';

const asBefore: readonly Step[] = [...calls('relocate/{a4}/{a2}'), settled('a2', 'a3', 'a4')];

/** Moves by GTID and by the method that fits (sections 5.1 to 5.3): alpha, a4 below a2 in the beginning and the end. */
export const MOVING: readonly Step[] = [
  ...calls('relocate/{a4}/{a1} relocate-below/{a4}/{a2} move-gtid/{a4}/{a1} move-below-gtid/{a4}/{a2}'),
  refused('relocate/{a2}/{a4}', /circle/),
  ...calls('move-up/{a4} move-below/{a4}/{a2} repoint/{a4}/{a1} relocate/{a4}/{a2}'),
  call('relocate-replicas/{a2}/{a1}', count(1)),
  call('relocate/{a4}/{a2}'),
  call('relocate-slaves/{a2}/{a1}', count(1)),
  call('relocate/{a4}/{a2}'),
  call('move-up-replicas/{a2}', count(1)),
  call('relocate/{a4}/{a2}'),
  call('move-up-slaves/{a2}/', count(1)),
  call('relocate/{a4}/{a2}'),
  call('move-replicas-gtid/{a2}/{a1}', count(1)),
  call('relocate/{a4}/{a2}'),
  call('move-slaves-gtid/{a2}/{a1}?pattern=.', count(1)),
  call('relocate/{a4}/{a2}'),
  call('repoint-replicas/{a2}', count(1)),
  call('repoint-slaves/{a2}/', count(1)),
  settled('a2', 'a3', 'a4'),
  call('take-siblings/{a3}'),
  call('move-up-replicas/{a3}', count(1)),
  call('enslave-siblings/{a3}'),
  call('move-up-replicas/{a3}', count(1)),
  settled('a2', 'a3', 'a4'),
  call('take-master/{a4}'),
  settled('a2', 'a4'),
  call('enslave-master/{a2}'),
  settled('a2', 'a4'),
  ...regrouping('regroup-replicas/{a1}'),
  ...regrouping('regroup-slaves/{a1}'),
  ...regrouping('regroup-replicas-gtid/{a1}'),
  ...regrouping('regroup-slaves-gtid/{a1}'),
  refused('regroup-replicas-bls/{a1}', /binlog server/i),
  refused('regroup-slaves-bls/{a1}', /binlog server/i),
  refused('make-master/{a2}', /is there and may be taking writes/),
  refused('move-equivalent/{a4}/{a1}', /GTID|No place in the binary log/),
  call('make-co-master/{a2}'),
  call('reset-replica/{a1}'),
  ...commands(`
    relocate -i {a4:} -d {a1:}
    relocate-below -i {a4:} -d {a2:}
    move-gtid -i {a4:} -d {a1:}
    move-below -i {a4:} -d {a2:}
    move-up -i {a4:}
    repoint -i {a4:} -d {a2:}
    relocate-replicas -i {a2:} -d {a1:}
    relocate -i {a4:} -d {a2:}
    relocate-slaves -i {a2:} -d {a1:}
    relocate -i {a4:} -d {a2:}
    move-up-replicas -i {a2:}
    relocate -i {a4:} -d {a2:}
    move-up-slaves -i {a2:}
    relocate -i {a4:} -d {a2:}
    move-replicas-gtid -i {a2:} -d {a1:}
    relocate -i {a4:} -d {a2:}
    move-slaves-gtid -i {a2:} -d {a1:}
    relocate -i {a4:} -d {a2:}
    repoint-replicas -i {a2:}
    repoint-slaves -i {a2:}
  `),
  settled('a2', 'a3', 'a4'),
  ...commands(`
    take-siblings -i {a3:}
    move-up-replicas -i {a3:}
    enslave-siblings -i {a3:}
    move-up-replicas -i {a3:}
  `),
  settled('a2', 'a3', 'a4'),
  command('take-master -i {a4:}'),
  settled('a2', 'a4'),
  command('enslave-master -i {a2:}'),
  settled('a2', 'a4'),
  ...regroupingBy('regroup-replicas'),
  ...regroupingBy('regroup-slaves'),
  ...regroupingBy('regroup-replicas-gtid'),
  ...regroupingBy('regroup-slaves-gtid'),
  refusedCommand('regroup-replicas-bls -i {a1:}', /binlog server/i),
  command('make-co-master -i {a2:}'),
  command('reset-replica -i {a1:}'),
  call('make-co-master/{a2}'),
  call('reset-slave/{a1}'),
  command('make-co-master -i {a2:}'),
  command('reset-slave -i {a1:}'),
];

/** The replicas of a1 below the best of them, and back; the promoted one is in the Details. */
function regrouping(path: string): readonly Step[] {
  return [
    call(path, (value) => {
      const { Hostname, Port } = value as { readonly Hostname: string; readonly Port: number };
      return { promoted: `${Hostname}/${Port}` };
    }),
    call('move-up-replicas/{promoted}'),
    ...asBefore,
  ];
}

function regroupingBy(name: string): readonly Step[] {
  return [
    command(`${name} -i {a1:}`),
    act(async (world) => {
      for (const each of ['a2', 'a3']) {
        const [{ key: to }, { key }] = [world.server('a1'), world.server(each)];
        await world.ask(`relocate/${key.hostname}/${key.port}/${to.hostname}/${to.port}`);
      }
    }),
    ...asBefore,
  ];
}

const marked = act((world) => world.inject());

/** A place in the binary log of b1 that both replicas have passed, and what it is called in the others. */
const place = call('instance/{b1}', (value) => {
  const { LogFile, LogPos } = (value as { readonly SelfBinlogCoordinates: { LogFile: string; LogPos: number } })
    .SelfBinlogCoordinates;
  return { file: LogFile, position: String(LogPos) };
});

/** b2 stands still, so that the relay log of b3 holds what follows. */
const correlation: readonly Step[] = [
  call('relocate/{b3}/{b1}'),
  settled('b3'),
  marked,
  call('stop-replica/{b2}'),
  act(async (world) => {
    await world.server('b1').query('CREATE TABLE IF NOT EXISTS app.later (id INT)');
    await world.until('b3 to have the table', async () => {
      const tables = await world.server('b3').query("SHOW TABLES FROM app LIKE 'later'");
      return tables.length === 1;
    });
  }),
  command('correlate-relaylog-pos -i {b2:} -d {b3:}'),
  command('correlate-binlog-pos -i {b2:} -d {b1:}'),
  call('start-replica/{b2}'),
  settled('b2'),
  marked,
  command('match -i {b3:} -d {b2:}'),
];

/** Moves by file and position, and by Pseudo-GTID (sections 5.2 and 5.3): beta, b2 and b3 below b1 in the end. */
export const MATCHING: readonly Step[] = [
  marked,
  ...calls('refresh/{b1} refresh/{b2} refresh/{b3}'),
  place,
  call(
    'last-pseudo-gtid/{b1}',
    is((value, message) => /drop view/.test(String(value)) && /^[\w.-]+:\d+$/.test(message)),
  ),
  call('last-pseudo-gtid/{b1}', (value) => ({ mark: String(value) })),
  command('find-binlog-entry -i {b1:} --pattern {mark}'),
  call('match/{b3}/{b2}'),
  marked,
  call('match-up/{b3}'),
  marked,
  call('match-below/{b3}/{b2}'),
  marked,
  call('match-up-replicas/{b2}', count(1)),
  marked,
  call('match/{b3}/{b2}'),
  marked,
  call('match-up-slaves/{b2}', count(1)),
  marked,
  call('match/{b3}/{b2}'),
  marked,
  call('match-replicas/{b2}/{b1}', count(1)),
  marked,
  call('match/{b3}/{b2}'),
  marked,
  call('match-slaves/{b2}/{b1}', count(1)),
  marked,
  settled('b2', 'b3'),
  call('match/{b3}/{b2}'),
  marked,
  call('make-local-master/{b3}'),
  settled('b3'),
  marked,
  ...regroupingB('regroup-replicas-pgtid/{b1}'),
  ...regroupingB('regroup-slaves-pgtid/{b1}'),
  call('move-below/{b3}/{b2}'),
  settled('b3'),
  call('move-up/{b3}'),
  settled('b3'),
  call('master-equivalent/{b1}/{file}/{position}'),
  marked,
  settled('b3'),
  ...commands(`
    last-executed-relay-entry -i {b3:}
    master-pos-wait -i {b3:} --binlog {file}:{position}
    last-pseudo-gtid -i {b1:}
    match -i {b3:} -d {b2:}
  `),
  ...correlation,
  marked,
  command('rematch -i {b3:}'),
  marked,
  command('match-up -i {b3:}'),
  marked,
  command('match -i {b3:} -d {b2:}'),
  marked,
  command('match-up-replicas -i {b2:}'),
  marked,
  command('match -i {b3:} -d {b2:}'),
  marked,
  command('match-up-slaves -i {b2:}'),
  marked,
  command('match -i {b3:} -d {b2:}'),
  marked,
  command('match-replicas -i {b2:} -d {b1:}'),
  marked,
  command('match -i {b3:} -d {b2:}'),
  marked,
  command('match-slaves -i {b2:} -d {b1:}'),
  ...['regroup-replicas-pgtid', 'regroup-slaves-pgtid'].flatMap((name) => [
    marked,
    command(`${name} -i {b1:}`),
    marked,
    act(async (world) => {
      for (const each of ['b2', 'b3']) {
        const [{ key: to }, { key }] = [world.server('b1'), world.server(each)];
        await world.ask(`match/${key.hostname}/${key.port}/${to.hostname}/${to.port}`);
      }
    }),
    settled('b2', 'b3'),
  ]),
  call('move-equivalent/{b3}/{b2}'),
  call('move-up/{b3}'),
  command('move-equivalent -i {b3:} -d {b2:}'),
  settled('b3'),
  command('move-up -i {b3:}'),
];

function regroupingB(path: string): readonly Step[] {
  return [
    marked,
    call(path, (value) => {
      const { Hostname, Port } = value as { readonly Hostname: string; readonly Port: number };
      return { chosen: `${Hostname}/${Port}` };
    }),
    marked,
    call('match-up-replicas/{chosen}'),
    settled('b2', 'b3'),
  ];
}
