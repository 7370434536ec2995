import type { InstanceFacts, InstanceSnapshot } from '../../../shared/domain/instance.ts';
import { type InstanceKey, type KeyText, keyText, sameKey } from '../../../shared/domain/instance-key.ts';

/**
 * Finds servers that are known under two names: an address and a host name, or two names of one host, where servers
 * aren't asked for their own name (`MySQLHostnameResolveMethod: none`). Two names count as one server only when the
 * server behind both has the same uuid, server id, host name of its own and port; servers without a uuid (MariaDB) are
 * never taken for one another.
 */
export class Twins {
  private readonly snapshotOf: (key: InstanceKey) => InstanceSnapshot | null;
  private readonly byIdentity = new Map<string, InstanceKey>();
  private readonly seenFacts = new Map<KeyText, InstanceFacts>();

  constructor(snapshotOf: (key: InstanceKey) => InstanceSnapshot | null) {
    this.snapshotOf = snapshotOf;
  }

  /** Notes a server that was read. @returns another name under which it is known and can be read; null for none */
  see({ key, facts, failure, stale }: InstanceSnapshot): InstanceKey | null {
    if (facts === null || failure !== null || stale) return null;
    const id = keyText(key);
    if (this.seenFacts.get(id) === facts) return null;
    const twin = this.of(facts, key);
    if (twin !== null) return twin;
    this.seenFacts.set(id, facts);
    const identity = identityOf(facts, key);
    if (identity !== null) this.byIdentity.set(identity, key);
    return null;
  }

  /** The other name under which a server is known that was read as `key`; null for none. */
  of(facts: InstanceFacts, key: InstanceKey): InstanceKey | null {
    const identity = identityOf(facts, key);
    const known = identity === null ? undefined : this.byIdentity.get(identity);
    if (known === undefined || sameKey(known, key)) return null;
    const other = this.snapshotOf(known);
    const holds =
      other !== null &&
      other.facts !== null &&
      other.failure === null &&
      !other.stale &&
      identityOf(other.facts, known) === identity;
    return holds ? known : null;
  }

  forget(key: InstanceKey): void {
    const facts = this.seenFacts.get(keyText(key));
    this.seenFacts.delete(keyText(key));
    const identity = facts === undefined ? null : identityOf(facts, key);
    if (identity === null) return;
    const holder = this.byIdentity.get(identity);
    if (holder !== undefined && sameKey(holder, key)) this.byIdentity.delete(identity);
  }
}

function identityOf({ serverUuid, serverId, serverHostname }: InstanceFacts, { port }: InstanceKey): string | null {
  if (serverUuid === '' || serverHostname === undefined) return null;
  return `${serverUuid}/${serverId}/${serverHostname}/${port}`;
}
