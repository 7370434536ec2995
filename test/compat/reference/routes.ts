import { LOOKING_ROUTE_LINES } from './looking-routes.ts';
import { OPERATION_ROUTE_LINES } from './operation-routes.ts';
import { RECOVERY_ROUTE_LINES } from './recovery-routes.ts';

/** A route as the reference has it. */
export interface ReferenceRoute {
  readonly path: string;
  readonly style: 'envelope' | 'bare';
  /** `W` needs write authorization. */
  readonly auth: 'W' | '-';
  /** Of `Details`, or of the bare value. */
  readonly shape: string;
}

/** Section 6: old and modern spelling of a first segment, each served by the same handler. */
const OLD_AND_MODERN = `
relocate-slaves relocate-replicas
move-up-slaves move-up-replicas
enslave-siblings take-siblings
regroup-slaves-bls regroup-replicas-bls
regroup-slaves-gtid regroup-replicas-gtid
match-up-slaves match-up-replicas
detach-slave detach-replica
detach-slave-master-host detach-replica-master-host
cluster-osc-slaves cluster-osc-replicas
restart-slave restart-replica
stop-slave-nice stop-replica-nice
restart-slave-statements restart-replica-statements
regroup-slaves regroup-replicas
repoint-slaves repoint-replicas
enslave-master take-master
move-slaves-gtid move-replicas-gtid
match-slaves match-replicas
regroup-slaves-pgtid regroup-replicas-pgtid
reattach-slave reattach-replica
reattach-slave-master-host reattach-replica-master-host
start-slave start-replica
stop-slave stop-replica
reset-slave reset-replica
`
  .trim()
  .split('\n')
  .map((line) => line.split(' '));

const MODERN: readonly ReferenceRoute[] = [OPERATION_ROUTE_LINES, LOOKING_ROUTE_LINES, RECOVERY_ROUTE_LINES]
  .flatMap((text) => text.trim().split('\n'))
  .filter((line) => !line.startsWith('#'))
  .map((line) => {
    const [style, auth, shape = '', path = ''] = line.split(' ');
    return { path, style: style === 'E' ? 'envelope' : 'bare', auth: auth === 'W' ? 'W' : '-', shape };
  });

/** Every route below `/api/`, in old and modern spelling. */
export const REFERENCE_ROUTES: readonly ReferenceRoute[] = [...MODERN, ...MODERN.flatMap(oldSpelling)];

function oldSpelling(route: ReferenceRoute): readonly ReferenceRoute[] {
  const [name = '', ...rest] = route.path.split('/');
  const [old] = OLD_AND_MODERN.find(([, modern]) => modern === name) ?? [];
  return old === undefined ? [] : [{ ...route, path: [old, ...rest].join('/') }];
}

/** A path with its parameters unnamed, since names of parameters are no part of the interface. */
export function unnamed(path: string): string {
  return path.replaceAll(/:\w+/g, ':');
}
