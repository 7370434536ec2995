import type { InstanceFacts } from '../../../../shared/domain/instance.ts';
import { ActionError, type Step } from './dialect.ts';
import { quote } from './quote.ts';
import { plain } from './steps-common.ts';

const ONE_GTID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:(?:[a-z_][a-z0-9_]{0,31}:)?[1-9]\d*$/i;
const AUTOMATIC = plain("SET SESSION gtid_next = 'AUTOMATIC'");

/**
 * An empty transaction under each GTID (MySQL manual, "Injecting empty transactions"). Whatever goes wrong on the
 * way, the session doesn't keep the GTID: it would go to the next transaction that the session commits.
 * @throws ActionError when a text is no single GTID
 */
export function injectEmpty(gtids: readonly string[], facts: InstanceFacts): readonly Step[] {
  if (facts.gtidMode === 'OFF') throw new ActionError('has its GTIDs switched off (gtid_mode)');
  return gtids.flatMap((gtid) => {
    const one = gtid.trim();
    if (!ONE_GTID.test(one))
      throw new ActionError(`can't be given an empty transaction "${gtid}": that is no single GTID`);
    const onFailure = [plain('ROLLBACK'), AUTOMATIC];
    return [
      plain(`SET SESSION gtid_next = ${quote(one)}`),
      { ...plain('BEGIN'), onFailure },
      { ...plain('COMMIT'), onFailure },
      { ...AUTOMATIC, onFailure },
    ];
  });
}

/** Before 8.0 the server takes it only while it has no GTIDs at all (MySQL manual, `gtid_purged`). */
export function setGtidPurged(gtid: string): readonly Step[] {
  return [plain(`SET GLOBAL gtid_purged = ${quote(gtid.replaceAll(/\s/g, ''))}`)];
}
