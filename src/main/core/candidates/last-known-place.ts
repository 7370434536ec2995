import type { InstanceFacts } from '../../../shared/domain/instance.ts';
import type { FailedPlace } from './contender.ts';

/** A source, which may be dead, as it was read last; null where it never was. */
export function lastKnownPlace(facts: InstanceFacts | null): FailedPlace {
  return {
    flavor: facts?.flavor ?? 'unknown',
    serverUuid: facts?.serverUuid ?? '',
    gtidExecuted: facts?.gtidExecuted ?? '',
    dataCenter: facts?.dataCenter ?? '',
    region: facts?.region ?? '',
    environment: facts?.environment ?? '',
  };
}
