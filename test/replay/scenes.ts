import type { TopologyOptions } from '../lab/index.ts';

/** What happens to the lab; each is recorded with real servers and replayed without. */
export type Happening =
  | { readonly kind: 'dies'; readonly server: string }
  /** Baton is killed at this statement of the recovery, and its log ends there. */
  | { readonly kind: 'dies and is left'; readonly server: string; readonly at: RegExp }
  | { readonly kind: 'takeover'; readonly designated: string }
  | { readonly kind: 'relocate' | 'take-master'; readonly instance: string; readonly destination?: string };

/** How the recorded routine ended. */
export type Ending = 'done' | 'failed' | 'interrupted';

export interface ReplayScene {
  /** Of the file, without `.json.gz`. */
  readonly name: string;
  readonly topology: TopologyOptions;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Promotion rules by the lab's names. */
  readonly rules?: Readonly<Record<string, 'prefer' | 'must_not'>>;
  readonly happening: Happening;
  readonly ending: Ending;
}

const STAR = { shape: 'star', replicas: 3 } as const;
const CENTERS = { DetectDataCenterQuery: 'SELECT data_center FROM meta.cluster' };
const DB1_DIES = { kind: 'dies', server: 'db1' } as const;

export const SCENES: readonly ReplayScene[] = [
  { name: 'dead-master-mysql97', topology: { flavor: 'mysql97', ...STAR }, happening: DB1_DIES, ending: 'done' },
  { name: 'dead-master-mysql56', topology: { flavor: 'mysql56', ...STAR }, happening: DB1_DIES, ending: 'done' },
  { name: 'dead-master-mariadb', topology: { flavor: 'mariadb', ...STAR }, happening: DB1_DIES, ending: 'done' },
  {
    name: 'dead-master-no-gtid',
    topology: { flavor: 'mysql97', ...STAR, gtid: false },
    happening: DB1_DIES,
    ending: 'done',
  },
  {
    name: 'dead-master-data-centers',
    topology: { flavor: 'mysql97', ...STAR, dataCenters: ['a', 'b', 'a', 'b'] },
    settings: CENTERS,
    rules: { db2: 'prefer' },
    happening: DB1_DIES,
    ending: 'done',
  },
  {
    name: 'dead-master-failed',
    topology: { flavor: 'mariadb', shape: 'star', replicas: 2 },
    rules: { db2: 'must_not', db3: 'must_not' },
    happening: DB1_DIES,
    ending: 'failed',
  },
  {
    name: 'dead-master-interrupted',
    topology: { flavor: 'mysql97', ...STAR },
    happening: { kind: 'dies and is left', server: 'db1', at: /CHANGE/ },
    ending: 'interrupted',
  },
  {
    name: 'dead-intermediate-master',
    topology: {
      flavor: 'mysql97',
      nodes: [
        { name: 'db1', source: null, readOnly: false },
        { name: 'db2', source: 'db1' },
        { name: 'db3', source: 'db1' },
        { name: 'db4', source: 'db2' },
      ],
    },
    settings: { RecoverIntermediateMasterClusterFilters: ['*'] },
    happening: { kind: 'dies', server: 'db2' },
    ending: 'done',
  },
  {
    name: 'dead-co-master',
    topology: {
      flavor: 'mariadb',
      nodes: [
        { name: 'db1', source: 'db2', readOnly: false },
        { name: 'db2', source: 'db1' },
        { name: 'db3', source: 'db1' },
      ],
    },
    happening: DB1_DIES,
    ending: 'done',
  },
  {
    name: 'graceful-takeover',
    topology: { flavor: 'mysql97', ...STAR },
    happening: { kind: 'takeover', designated: 'db2' },
    ending: 'done',
  },
  {
    name: 'relocate',
    topology: { flavor: 'mysql56', ...STAR },
    happening: { kind: 'relocate', instance: 'db4', destination: 'db2' },
    ending: 'done',
  },
  {
    name: 'take-master',
    topology: { flavor: 'mariadb', shape: 'chain', replicas: 2 },
    happening: { kind: 'take-master', instance: 'db3' },
    ending: 'done',
  },
];
