import type { PromotionRule } from '../../src/shared/domain/instance.ts';
import type { Lab, LabServer, NodeSpec, TopologyOptions } from '../lab/index.ts';
import type { LabEngine } from '../support/lab-engine.ts';
import { eventually } from './failover-scene.ts';

/** A topology in which db1 will die, and what makes it special. */
export interface DoomedTopology {
  readonly name: string;
  readonly topology: TopologyOptions;
  readonly settings?: (lab: Lab) => Readonly<Record<string, unknown>>;
  readonly rules?: Readonly<Record<string, PromotionRule>>;
  readonly downtimed?: string;
  /** What happens to the servers before Baton is asked. */
  readonly prepare?: (lab: Lab) => Promise<void>;
  /** Whom a person would expect, so that the two don't only agree in being wrong. */
  readonly expected?: string;
}

const STAR: TopologyOptions = { shape: 'star', replicas: 2 };
const CENTERS: TopologyOptions = { ...STAR, dataCenters: ['a', 'b', 'a'] };
const CENTER_QUERY = { DetectDataCenterQuery: 'SELECT data_center FROM meta.cluster' };

/** A star in which db2 was given other options. */
function oddDb2(serverOptions: Readonly<Record<string, string>>): TopologyOptions {
  const nodes: readonly NodeSpec[] = [
    { name: 'db1', source: null, readOnly: false },
    { name: 'db2', source: 'db1', serverOptions },
    { name: 'db3', source: 'db1' },
  ];
  return { nodes };
}

async function stopApplier(server: LabServer): Promise<void> {
  await server.query(server.flavor === 'mysql97' ? 'STOP REPLICA SQL_THREAD' : 'STOP SLAVE SQL_THREAD');
}

async function write({ master }: Lab): Promise<void> {
  await master.query('CREATE TABLE IF NOT EXISTS app.t (id INT PRIMARY KEY AUTO_INCREMENT)');
  for (let row = 0; row < 5; row += 1) await master.query('INSERT INTO app.t VALUES ()');
}

/** The applier of a replica meets a row that is there already. */
export async function breakApplier(lab: Lab, name: string): Promise<void> {
  const broken = lab.byName(name);
  await lab.master.query('CREATE TABLE app.dup (id INT PRIMARY KEY)');
  await eventually(`${name} to have the table`, async () => (await broken.query('SELECT * FROM app.dup')).length === 0);
  await broken.query('SET SESSION sql_log_bin = 0; INSERT INTO app.dup VALUES (1)');
  await lab.master.query('INSERT INTO app.dup VALUES (1)');
  await eventually(
    `the applier of ${name} to be broken`,
    async () => (await broken.replicaStatus())?.sqlThread === 'No',
  );
}

export const DOOMED: readonly DoomedTopology[] = [
  { name: 'MySQL 9.7', topology: { ...STAR, flavor: 'mysql97' } },
  { name: 'MySQL 5.6', topology: { ...STAR, flavor: 'mysql56' } },
  { name: 'MariaDB', topology: { ...STAR, flavor: 'mariadb' } },
  { name: 'MySQL 9.7 without GTIDs', topology: { ...STAR, flavor: 'mysql97', gtid: false } },
  { name: 'MySQL 5.6 without GTIDs', topology: { ...STAR, flavor: 'mysql56', gtid: false } },
  { name: 'one preferred', topology: { ...STAR, flavor: 'mariadb' }, rules: { db3: 'prefer' }, expected: 'db3' },
  { name: 'one forbidden', topology: { ...STAR, flavor: 'mysql56' }, rules: { db2: 'must_not' }, expected: 'db3' },
  {
    name: 'the data-center rule in force',
    topology: { ...CENTERS, flavor: 'mysql97' },
    settings: () => ({ ...CENTER_QUERY, PreventCrossDataCenterMasterFailover: true }),
    rules: { db2: 'prefer' },
    expected: 'db3',
  },
  {
    name: 'two data centers, and no rule',
    topology: { ...CENTERS, flavor: 'mariadb' },
    settings: () => CENTER_QUERY,
    rules: { db2: 'prefer' },
    expected: 'db2',
  },
  {
    name: 'one delayed',
    topology: { ...STAR, flavor: 'mysql97', delayed: { 1: 3600 } },
    prepare: write,
    expected: 'db3',
  },
  {
    name: 'one that has received everything and applied nothing',
    topology: { ...STAR, flavor: 'mysql56' },
    prepare: async (lab) => {
      await stopApplier(lab.byName('db2'));
      await write(lab);
      await eventually('db3 to have it', async () => {
        const rows = await lab.byName('db3').query('SELECT id FROM app.t');
        return rows.length === 5;
      });
    },
  },
  {
    name: 'one with a broken applier',
    topology: { ...STAR, flavor: 'mariadb' },
    prepare: (lab) => breakApplier(lab, 'db2'),
    expected: 'db3',
  },
  { name: 'one downtimed', topology: { ...STAR, flavor: 'mysql56' }, downtimed: 'db2', expected: 'db3' },
  {
    name: 'mixed binary log formats',
    topology: { ...oddDb2({ binlog_format: 'STATEMENT' }), flavor: 'mariadb' },
  },
  {
    name: 'one that filters',
    topology: { ...oddDb2({ 'replicate-ignore-db': 'other' }), flavor: 'mysql56' },
    expected: 'db3',
  },
  {
    name: 'one that does not log what it replicates',
    topology: { ...oddDb2({ 'log-slave-updates': '0' }), flavor: 'mariadb' },
    expected: 'db3',
  },
  { name: 'semi-sync', topology: { ...STAR, flavor: 'mysql97', semiSync: true } },
  { name: 'a chain', topology: { shape: 'chain', replicas: 2, flavor: 'mysql56' }, expected: 'db2' },
  { name: 'co-masters', topology: { shape: 'co-masters', replicas: 2, flavor: 'mariadb' }, expected: 'db2' },
  {
    name: 'one that a filter keeps from being promoted',
    topology: { ...STAR, flavor: 'mysql56' },
    settings: (lab) => {
      const { hostname, port } = lab.byName('db2').key;
      return { PromotionIgnoreHostnameFilters: [`^${hostname.replaceAll('.', '\\.')}(:${port})?$`] };
    },
  },
];

/** Makes a topology what it is meant to be, once Baton watches it. */
export async function prepare(watched: LabEngine, one: DoomedTopology): Promise<void> {
  const { lab, engine } = watched;
  for (const [name, rule] of Object.entries(one.rules ?? {})) {
    await engine.registerCandidate(lab.byName(name).key, rule);
  }
  if (one.downtimed !== undefined) {
    await engine.beginDowntime(lab.byName(one.downtimed).key, 'test', 'maintenance', 600_000);
  }
  await one.prepare?.(lab);
  await watched.look();
}
