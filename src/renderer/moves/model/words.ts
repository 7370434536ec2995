import type { TFunction } from 'i18next';
import type { DropTargetView } from '../../../shared/contract/v2/drop-target.ts';
import { keyText } from '../../../shared/domain/instance-key.ts';
import { en } from '../../i18n/en/index.ts';
import type { Names } from '../../ui/names.ts';
import type { ActionRequest } from './requests.ts';
import type { Step } from './steps.ts';

type T = TFunction<'moves'>;

const SINGLE: ReadonlySet<string> = new Set([
  'relocate',
  'move-gtid',
  'move-below',
  'match',
  'move-equivalent',
  'repoint',
]);
const GROUP: ReadonlySet<string> = new Set(['relocate-replicas', 'move-replicas-gtid', 'match-replicas']);

/** An action as a title: what is done to whom. */
export function titleOf(request: ActionRequest, t: T, names: Names, clusterTitle: string): string {
  const action = t(`action.${request.name}`).replace(/ ?…$/, '');
  if (request.kind === 'takeover') {
    const server = request.designated === undefined ? '' : names.server(request.designated);
    const cluster = names.cluster(clusterTitle);
    if (request.name === 'force-master-failover') return t('title.force', { cluster });
    if (server === '') return t('title.takeoverAny', { cluster });
    return request.name === 'cascade-master-takeover-auto'
      ? t('title.cascade', { server })
      : t('title.takeover', { server, cluster });
  }
  const server = names.server(request.instance);
  if (request.kind === 'operation') {
    const target = request.destination === undefined ? null : names.server(request.destination);
    if (target !== null && SINGLE.has(request.name)) return t('title.below', { server, target });
    if (target !== null && GROUP.has(request.name)) return t('title.replicasBelow', { server, target });
    if (request.name === 'take-master') return t('title.takeMaster', { server });
    if (request.name === 'make-co-master') return t('title.coMaster', { server });
  }
  return t('title.plain', { action, server });
}

/** What a drop on a target would do, in a few words. */
export function dropWords({ operation, target, zone }: DropTargetView, t: T, names: Names, replicas: boolean): string {
  const at = { target: names.server(keyText(target)) };
  if (operation?.kind === 'takeover') return t('drag.takeover', at);
  if (zone === 'crown') return t('drag.takeMaster', at);
  if (operation?.name === 'make-co-master') return t('drag.coMaster', at);
  return replicas ? t('drag.replicasBelow', at) : t('drag.below', at);
}

/** Why it is forbidden, or what to know first, in the language of the page where the reason has a name. */
export function reasonWords(
  { code, params, reason }: Pick<DropTargetView, 'code' | 'params' | 'reason'>,
  t: T,
  names: Names,
): string {
  if (code === '') return '';
  if (!(code in en.moves.reason)) return names.sentence(reason);
  const shown = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, isServer(value) ? names.server(value) : wordOf(value, names)]),
  );
  // The codes are those of the texts, which was looked at above.
  return (t as unknown as (key: string, params: object) => string)(`reason.${code}`, shown);
}

/** Numbers and versions tell nobody whose servers these are. */
function wordOf(value: string, names: Names): string {
  return /^[\d.]+$/.test(value) ? value : names.word(value);
}

function isServer(value: string): boolean {
  return /^\S+:\d+$/.test(value);
}

/** What is done, in the language of the page where the action has a name; with what went wrong. */
export function stepWords({ action, source, state, message }: Step, t: T, names: Names): string {
  if (!(action in en.moves.step)) return names.sentence(message);
  // The actions are those of the texts, which was looked at above.
  const say = t as unknown as (key: string, params: object) => string;
  const what = say(`step.${action}`, { source: names.server(source) });
  return state === 'failed' ? t('step.failed', { what, reason: names.sentence(message) }) : what;
}
