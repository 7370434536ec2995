import type { InstanceFacts, PromotionRule } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { FailedSource } from './received.ts';

/** A replica of the failed source that could be read, and what the operators said of it. */
export interface Contender {
  readonly facts: InstanceFacts;
  readonly rule: PromotionRule;
  readonly downtimed: boolean;
  /** Matches `PromotionIgnoreHostnameFilters`. */
  readonly ignoredByFilter: boolean;
}

export interface CandidatePolicy {
  /** The server that an operator named, if any. */
  readonly designated: InstanceKey | null;
  readonly preventCrossDataCenter: boolean;
  readonly preventCrossRegion: boolean;
  /** Minutes of lag from which on a server may not be promoted; 0 for no limit. */
  readonly failOnLagMinutes: number;
  readonly failIfApplierBehind: boolean;
}

export interface FailedPlace extends FailedSource {
  readonly dataCenter: string;
  readonly region: string;
  readonly environment: string;
}
