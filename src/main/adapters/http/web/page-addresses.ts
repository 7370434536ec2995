import { keyText } from '../../../../shared/domain/instance-key.ts';
import type { ApiContext } from '../api.ts';
import { clusterByHint } from '../input.ts';
import { pathParts } from '../path-matching.ts';

/** A place in the console: what comes after `#/`, and what after `?`. */
interface Place {
  readonly parts: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
}

/** Pages of the predecessor that have one name, and no argument that would matter. */
const PLAIN: Readonly<Record<string, string>> = {
  '': 'clusters',
  clusters: 'clusters',
  'clusters-analysis': 'analysis',
  discover: 'discovery',
  status: 'status',
  home: 'about',
  about: 'about',
  'keep-calm': 'about',
  faq: 'about',
};

/**
 * Where a page of the predecessor is in the console (http-api reference, section 10), so that bookmarks and links in
 * runbooks still lead somewhere.
 * @param path decoded, below `{prefix}/web/`
 * @returns the fragment with its `#`; null for what was never a page
 */
export function pageAddress(context: ApiContext, path: string, query: URLSearchParams): string | null {
  const place = placeOf(context, pathParts(path), query);
  if (place === null) return null;
  const search = new URLSearchParams(place.query ?? {}).toString();
  return `#/${place.parts.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

function placeOf(
  context: ApiContext,
  [page = '', first = '', second = '', third = '']: readonly string[],
  query: URLSearchParams,
): Place | null {
  const plain = Object.hasOwn(PLAIN, page) ? PLAIN[page] : undefined;
  if (plain !== undefined) return { parts: [plain] };
  switch (page) {
    case 'cluster':
      return clusterPlace(context, first, second, third);
    case 'cluster-pools':
      return { parts: ['cluster', clusterName(context, first)] };
    case 'search': {
      const text = first === '' ? (query.get('s') ?? '') : first;
      return { parts: ['search'], ...(text === '' ? {} : { query: { q: text } }) };
    }
    case 'audit':
      return first === 'instance' && third !== ''
        ? { parts: ['audit'], query: { instance: `${second}:${third}` } }
        : { parts: ['audit'] };
    case 'audit-recovery':
      return recoveryPlace(context, first, second);
    case 'audit-recovery-steps':
      return { parts: first === '' ? ['recoveries'] : ['recovery', first] };
    case 'audit-failure-detection':
      return ofCluster(context, 'detections', first, second);
    default:
      return null;
  }
}

function clusterPlace(context: ApiContext, first: string, second: string, third: string): Place {
  if (first === 'alias' && second !== '') return { parts: ['cluster', clusterName(context, second)] };
  if (first === 'instance' && third !== '') return { parts: ['cluster', clusterName(context, `${second}:${third}`)] };
  return first === '' ? { parts: ['clusters'] } : { parts: ['cluster', clusterName(context, first)] };
}

function recoveryPlace(context: ApiContext, first: string, second: string): Place {
  if (first === 'uid' && second !== '') return { parts: ['recovery', second] };
  if (first === 'id') {
    const found = context.engine.state().recoveries.find(({ id }) => String(id) === second);
    return { parts: found === undefined ? ['recoveries'] : ['recovery', found.uid] };
  }
  return ofCluster(context, 'recoveries', first, second);
}

function ofCluster(context: ApiContext, page: string, by: string, hint: string): Place {
  if ((by !== 'cluster' && by !== 'alias') || hint === '') return { parts: [page] };
  return { parts: [page], query: { cluster: clusterName(context, hint) } };
}

/** The name that a hint stands for; a hint that fits nothing is shown as it is by the page, which says so. */
function clusterName(context: ApiContext, hint: string): string {
  try {
    return clusterByHint(context, hint);
  } catch {
    const retired = context.engine.state().recoveries.findLast(({ analysis }) => analysis.clusterName === hint);
    return retired?.successor ? nameAfter(context, keyText(retired.successor), hint) : hint;
  }
}

/** A failover gives a cluster the name of its new source. */
function nameAfter({ engine }: ApiContext, successor: string, otherwise: string): string {
  return engine.topology().instances.get(successor)?.clusterName ?? otherwise;
}
