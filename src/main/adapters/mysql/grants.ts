import { type InstanceKey, keyText } from '../../../shared/domain/instance-key.ts';
import type { NeededPrivilege } from './dialects/dialect.ts';
import type { ResultSet } from './wire/decode-response.ts';

export interface Grants {
  readonly all: boolean;
  /** Global privileges, upper case. */
  readonly privileges: ReadonlySet<string>;
  /** Roles as the server quotes them; what they hold is not in `privileges`. */
  readonly roles: readonly string[];
}

/** Reads `SHOW GRANTS`: what is granted on everything, and which roles there are. */
export function readGrants(result: ResultSet): Grants {
  const privileges = new Set<string>();
  const roles: string[] = [];
  for (const [line] of result.rows) {
    const global = /^GRANT (.+?) ON \*\.\* TO /i.exec(line ?? '');
    if (global?.[1]) for (const privilege of global[1].split(',')) privileges.add(privilege.trim().toUpperCase());
    else if (!/ ON /i.test(line ?? '')) {
      const role = /^GRANT (.+?) TO /i.exec(line ?? '');
      if (role?.[1]) roles.push(...role[1].split(/,(?=[`'"\w])/));
    }
  }
  const all = privileges.has('ALL PRIVILEGES') || privileges.has('ALL');
  return { all, privileges, roles };
}

function hasAny(grants: Grants, names: readonly string[]): boolean {
  return grants.all || names.some((name) => grants.privileges.has(name));
}

/** The privileges that Baton's account lacks on a server. */
export function missingPrivileges(grants: Grants, needed: readonly NeededPrivilege[]): readonly NeededPrivilege[] {
  return needed.filter((need) => !hasAny(grants, need.anyOf));
}

/** A missing privilege as a sentence. */
export function missingText(key: InstanceKey, { anyOf, without }: NeededPrivilege): string {
  return `Baton's account on ${keyText(key)} has no ${anyOf.join('/')}: ${without}`;
}
