import type { LabFlavor } from './servers/server-package.ts';

/** `co-masters`: two masters that replicate from each other, the second one read-only. `tree`: two intermediate masters. */
export type Shape = 'single' | 'star' | 'chain' | 'co-masters' | 'tree';

export const SHAPES: readonly Shape[] = ['single', 'star', 'chain', 'co-masters', 'tree'];

/** One server of a topology, and whom it replicates from. */
export interface NodeSpec {
  readonly name: string;
  /** Name of the node that it replicates from; null for a master. */
  readonly source: string | null;
  readonly flavor?: LabFlavor;
  /** Seconds that the replica stays behind on purpose. */
  readonly delaySeconds?: number;
  readonly dataCenter?: string;
  /** Default: read-only when it replicates. */
  readonly readOnly?: boolean;
  /** Options for this server's `my.cnf`: name without dashes, value. */
  readonly serverOptions?: Readonly<Record<string, string>>;
}

const DEFAULT_REPLICAS: Readonly<Record<Shape, number>> = { single: 0, star: 2, chain: 2, 'co-masters': 1, tree: 4 };

/**
 * The nodes `db1`, `db2`, … of a shape. `db1` is the writeable master.
 * @param replicas servers beside `db1`; the shape's own default when left out.
 * @throws Error when the shape can't have that many.
 */
export function shapeNodes(shape: Shape, replicas: number = DEFAULT_REPLICAS[shape]): NodeSpec[] {
  if (!Number.isInteger(replicas) || replicas < 0 || replicas > 200) {
    throw new Error(`A topology has from 0 to 200 replicas, not ${replicas}.`);
  }
  if (shape === 'single' && replicas > 0) throw new Error('A single server has no replicas; ask for a star.');
  if (shape === 'co-masters' && replicas < 1) throw new Error('Co-masters need a second server: at least one replica.');
  const nodes: NodeSpec[] = [{ name: 'db1', source: shape === 'co-masters' ? 'db2' : null, readOnly: false }];
  for (let index = 2; index <= replicas + 1; index++)
    nodes.push({ name: `db${index}`, source: sourceOf(shape, index) });
  return nodes;
}

function sourceOf(shape: Shape, index: number): string {
  if (shape === 'chain') return `db${index - 1}`;
  // db2 and db3 stand under db1; the others in turn under those two.
  if (shape === 'tree' && index > 3) return index % 2 === 0 ? 'db2' : 'db3';
  return 'db1';
}

/** @throws Error for names that are used twice, can't name a folder, or don't exist. */
export function checkNodes(nodes: readonly NodeSpec[]): void {
  const names = new Set(nodes.map((node) => node.name));
  if (nodes.length === 0) throw new Error('A topology needs at least one node.');
  if (names.size !== nodes.length) throw new Error('Two nodes of the topology have the same name.');
  for (const { name, source } of nodes) {
    if (!/^[a-z0-9][a-z0-9-]{0,30}$/i.test(name)) {
      throw new Error(`"${name}" can't name a node: use letters, digits and hyphens.`);
    }
    if (source === name) throw new Error(`${name} can't replicate from itself.`);
    if (source !== null && !names.has(source)) {
      throw new Error(`${name} replicates from ${source}, which isn't a node of the topology.`);
    }
  }
}

/**
 * Refuses links over which the servers' own protocols don't reach.
 * @throws Error that says why; seen with MySQL 9.7.4, MySQL 5.6.24 and MariaDB 10.11.18.
 */
export function checkLink(replica: LabFlavor, source: LabFlavor): void {
  if (replica === source || (replica === 'mariadb' && source === 'mysql56')) return;
  const reason =
    source === 'mysql97'
      ? 'its accounts use caching_sha2_password, which the replica does not speak'
      : replica === 'mysql97'
        ? 'MySQL 9 insists on TLS with accounts of the old kind, and the source has none'
        : 'MySQL 5.6 with GTIDs does not follow a server without them';
  throw new Error(`A ${replica} replica can't follow a ${source} source: ${reason}. MariaDB can follow MySQL 5.6.`);
}
