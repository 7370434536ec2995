import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import { compareKeys, type KeyText, keyText } from '../../../shared/domain/instance-key.ts';
import { activeDowntime, type ConditionContext, isRecentlyChecked, lagToken, statusToken } from './condition.ts';
import { childrenByParent } from './navigate.ts';
import { isLastCheckInvalid, logsReplicaUpdates, supportsMysqlGtid, usesGtid } from './server-traits.ts';
import type { Cluster, Lookup, TopologyInstance } from './topology.ts';

/** One line before it is laid out: the tree part, then lag, status, version, access, binlog and extras. */
type Row = readonly [name: string, ...tokens: string[]];

/** Name to value; the value may be empty. */
export type TagsOf = Lookup<ReadonlyMap<string, string>>;

/** Column of the tabulated form that is right-aligned: the lag. */
const RIGHT_ALIGNED = 1;

/** The topology as text, one line per instance, as scripts know it (HTTP API reference, section 8). */
export function topologyText(cluster: Cluster, context: ConditionContext): string {
  return alignedLines(rowsOf(cluster, context)).join('\n');
}

/** As `topologyText`, in seven columns separated by `|`. */
export function topologyTabulated(cluster: Cluster, context: ConditionContext): string {
  const rows = rowsOf(cluster, context);
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, utf8Length(cell));
    });
  }
  // The width is in bytes and the padding in characters, as scripts that cut by column have always had it.
  const pad = (cell: string, column: number) => {
    const blank = ' '.repeat((widths[column] ?? 0) - [...cell].length);
    return column === RIGHT_ALIGNED ? blank + cell : cell + blank;
  };
  return rows.map((row) => row.map(pad).join('|')).join('\n');
}

/** As `topologyText`, each line followed by the instance's tags in order of their names: `[dc=east,old]`. */
export function topologyTags(cluster: Cluster, context: ConditionContext, tagsOf: TagsOf): string {
  const lines = alignedLines(rowsOf(cluster, context));
  const ids = treeOf(cluster).map(({ id }) => id);
  return lines.map((line, i) => `${line} [${tagList(tagsOf.get(ids[i] ?? ''))}]`).join('\n');
}

/** Pads in bytes, so that every description begins in the same byte column. */
function alignedLines(rows: readonly Row[]): string[] {
  const width = Math.max(0, ...rows.map(([name]) => utf8Length(name)));
  return rows.map(([name, ...tokens]) => `${name}${' '.repeat(width - utf8Length(name) + 1)}${bracketed(tokens)}`);
}

function bracketed(tokens: readonly string[]): string {
  return `[${tokens.filter((token) => token !== '').join(',')}]`;
}

function tagList(tags: ReadonlyMap<string, string> | undefined): string {
  const names = [...(tags?.keys() ?? [])].sort();
  return names.map((name) => (tags?.get(name) ? `${name}=${tags.get(name)}` : name)).join(',');
}

function rowsOf(cluster: Cluster, context: ConditionContext): readonly Row[] {
  return treeOf(cluster).map(({ id, depth, instance }) => {
    if (instance === null) return [id, 'unknown', 'invalid', '', '', '', ''];
    const { facts } = instance;
    const alias = facts === null || facts.alias === '' ? '' : ` (${facts.alias})`;
    return [`${prefix(instance, depth, context)}${id}${alias}`, ...tokensOf(instance, context)];
  });
}

interface Branch {
  readonly id: KeyText;
  readonly depth: number;
  /** Null for the source on top that isn't known to Baton. */
  readonly instance: TopologyInstance | null;
}

/**
 * The lines from top to bottom. Without a single top every member of the ring begins a tree of its own at depth 1, and
 * is not repeated below another. A source on top that isn't known gets a line, so that its replicas hang together.
 */
function treeOf(cluster: Cluster): readonly Branch[] {
  const children = childrenByParent(cluster);
  const isTop = (instance: TopologyInstance) => instance.isInRing || instance.parent === null;
  const tops = [...cluster.instances.values()].filter(isTop);
  const hasLineAbove = cluster.unknownSource !== null;
  const branches: Branch[] = [];
  if (cluster.unknownSource !== null) branches.push({ id: keyText(cluster.unknownSource), depth: 0, instance: null });
  const topDepth = hasLineAbove || tops.some((top) => top.isInRing) ? 1 : 0;
  const stack = [...tops].reverse().map((instance) => ({ instance, depth: topDepth }));
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { instance, depth } = at;
    branches.push({ id: instance.id, depth, instance });
    const below = (children.get(instance.id) ?? []).filter((child) => !child.isInRing);
    below.sort((a, b) => compareKeys(b.key, a.key));
    for (const child of below) stack.push({ instance: child, depth: depth + 1 });
  }
  return branches;
}

function prefix(instance: TopologyInstance, depth: number, context: ConditionContext): string {
  if (depth === 0) return '';
  const isFine =
    instance.isReplicating && !isLastCheckInvalid(instance.snapshot) && isRecentlyChecked(instance.snapshot, context);
  const mark = instance.isGroupSecondary ? '‡' : isFine ? '+' : '-';
  return `${' '.repeat(2 * (depth - 1))}${mark} `;
}

function tokensOf(instance: TopologyInstance, context: ConditionContext): string[] {
  const { facts } = instance;
  const tokens = [lagToken(instance, context), statusToken(instance, context)];
  if (facts === null) return [...tokens, '', '', '', activeDowntime(context, instance.id) === null ? '' : 'downtimed'];
  tokens.push(facts.version, facts.readOnly ? 'ro' : 'rw', facts.logBin ? facts.binlogFormat : 'nobinlog');
  tokens.push(extrasOf(instance, facts, context).join(','));
  return tokens;
}

/** What the predecessor doesn't tell comes last, and only where there is something to tell: scripts count the tokens. */
function extrasOf(instance: TopologyInstance, facts: InstanceFacts, context: ConditionContext): readonly string[] {
  const extras: string[] = [];
  if (logsReplicaUpdates(facts)) extras.push('>>');
  if (supportsMysqlGtid(facts) || usesGtid(facts)) extras.push(instance.gtidErrant === '' ? 'GTID' : 'GTID:errant');
  if (facts.usesPseudoGtid) extras.push('P-GTID');
  if (facts.semiSync?.sourceStatus === true) extras.push('semi:master');
  if (facts.semiSync?.replicaStatus === true) extras.push('semi:replica');
  if (activeDowntime(context, instance.id) !== null) extras.push('downtimed');
  if (facts.dataCenter !== '') extras.push(`dc:${facts.dataCenter}`);
  const channels = facts.replica?.channels ?? 1;
  if (channels > 1) extras.push(`channels:${channels}`);
  return extras;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else bytes += code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
