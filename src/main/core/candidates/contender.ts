import type { InstanceFacts, PromotionRule } from '../../../shared/domain/instance.ts';
import type { InstanceKey } from '../../../shared/domain/instance-key.ts';
import type { FailedSource } from './received.ts';

/** Something that went wrong with a replica during a recovery, and that rules it out for the rest of it. */
export interface Trouble {
  /** Ends the sentence "Not eligible: …" and has its own full stop. */
  readonly reason: string;
  /** What others can still fetch from it: what it has executed, or nothing. */
  readonly serves: 'executed' | 'nothing';
}

/** A replica of the failed source that could be read, and what the operators said of it. */
export interface Contender {
  readonly facts: InstanceFacts;
  readonly rule: PromotionRule;
  readonly downtimed: boolean;
  /** Matches `PromotionIgnoreHostnameFilters`. */
  readonly ignoredByFilter: boolean;
  readonly trouble?: Trouble | null;
}

export interface CandidatePolicy {
  /** The server that an operator named, if any. */
  readonly designated: InstanceKey | null;
  /** Why no other one than the designated may be promoted, as the end of a sentence; absent when others may. */
  readonly onlyDesignated?: string;
  /** A person asks for it, so that a server which others can't replicate from is better than none. */
  readonly allowsUnlogged?: boolean;
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
