import type { LogPlace, PromotionRule } from './instance.ts';
import type { InstanceKey } from './instance-key.ts';
import type { KeyValue } from './key-value.ts';
import type { AnalysisSummary, MasterRecoveryType, Recovery, RecoveryKind } from './recovery.ts';

/**
 * A change of state that must survive or be agreed on. Commands are proposed to the command log, applied in
 * order by a pure reducer, and carry the time and ids that they need, so that applying never looks anything up.
 */
export type Command =
  | { readonly type: 'discover'; readonly key: InstanceKey; readonly atMs: number }
  | { readonly type: 'forget'; readonly keys: readonly InstanceKey[]; readonly untilMs: number }
  | {
      readonly type: 'begin-downtime';
      readonly key: InstanceKey;
      readonly owner: string;
      readonly reason: string;
      readonly beginMs: number;
      readonly endMs: number;
    }
  | { readonly type: 'end-downtime'; readonly key: InstanceKey; readonly atMs: number }
  /** Answers whether it was begun: a server that is under maintenance already is left to who has it. */
  | {
      readonly type: 'begin-maintenance';
      readonly key: InstanceKey;
      readonly owner: string;
      readonly reason: string;
      /** Asked for by a person, and ended by one or by time; else it ends with the operation, or with its process. */
      readonly explicit: boolean;
      readonly nodeToken: string;
      readonly beginMs: number;
      readonly endMs: number;
    }
  | { readonly type: 'end-maintenance'; readonly key: InstanceKey; readonly atMs: number }
  /** Places in two servers' binary logs that mean the same, learnt from a move. */
  | {
      readonly type: 'record-equivalence';
      readonly one: LogPlace;
      readonly other: LogPlace;
      readonly atMs: number;
    }
  | {
      readonly type: 'register-candidate';
      readonly key: InstanceKey;
      readonly rule: PromotionRule;
      readonly atMs: number;
    }
  | { readonly type: 'set-cluster-alias'; readonly clusterName: string; readonly alias: string }
  /** Gives a server a tag, or the tag another value; the value may be empty. */
  | {
      readonly type: 'tag';
      readonly key: InstanceKey;
      readonly name: string;
      readonly value: string;
      readonly atMs: number;
    }
  /** Takes a tag from a server, or from all with a null key; with a value, only where the tag has that value. */
  | {
      readonly type: 'untag';
      readonly key: InstanceKey | null;
      readonly name: string;
      readonly value: string | null;
      readonly atMs: number;
    }
  /** Replaces what is in a pool. */
  | {
      readonly type: 'submit-pool';
      readonly pool: string;
      readonly keys: readonly InstanceKey[];
      readonly atMs: number;
    }
  /** Replicas are to be pointed at the virtual name instead of the host name; an empty one takes it away. */
  | {
      readonly type: 'register-virtual-name';
      readonly hostname: string;
      readonly virtualName: string;
      readonly atMs: number;
    }
  /** Something to remember about a subject, such as who wrote for a domain; an empty value forgets it. */
  | {
      readonly type: 'set-attribute';
      readonly subject: string;
      readonly name: string;
      readonly value: string;
      readonly atMs: number;
    }
  | {
      readonly type: 'register-detection';
      readonly analysis: AnalysisSummary;
      readonly node: string;
      readonly nodeToken: string;
      readonly atMs: number;
    }
  | { readonly type: 'end-detection'; readonly key: InstanceKey; readonly atMs: number }
  | {
      readonly type: 'register-recovery';
      readonly uid: string;
      readonly kind: RecoveryKind;
      readonly recoveryType: MasterRecoveryType;
      readonly analysis: AnalysisSummary;
      readonly node: string;
      readonly nodeToken: string;
      readonly atMs: number;
      /** Begun by an explicit request: ended recoveries of the same instance count as acknowledged by it. */
      readonly forced?: boolean;
    }
  | {
      readonly type: 'resolve-recovery';
      readonly uid: string;
      readonly result: Pick<
        Recovery,
        'outcome' | 'successor' | 'successorAlias' | 'successorCoordinates' | 'lostReplicas' | 'participants' | 'errors'
      >;
      readonly atMs: number;
    }
  | {
      readonly type: 'acknowledge';
      readonly which: AcknowledgeTarget;
      readonly by: string;
      readonly comment: string;
      readonly atMs: number;
    }
  /** Ends active periods, detections, downtimes and all else that is past its time. */
  | {
      readonly type: 'expire';
      readonly atMs: number;
      readonly detectionBlockMs: number;
      readonly recoveryBlockMs: number;
      readonly candidateMs: number;
      /** How long equivalences are remembered; for ever when left out. */
      readonly equivalenceMs?: number;
      /** How long a pool and a virtual name last unless they are submitted again; for ever when left out. */
      readonly poolMs?: number;
      readonly virtualNameMs?: number;
      readonly retentionMs: number;
    }
  | { readonly type: 'disable-global-recoveries' }
  | { readonly type: 'enable-global-recoveries' }
  /** The old source of a failover must not take writes until someone lifts this. */
  | {
      readonly type: 'fence';
      readonly key: InstanceKey;
      readonly recoveryUid: string;
      readonly successor: InstanceKey | null;
      readonly atMs: number;
    }
  | { readonly type: 'lift-fence'; readonly key: InstanceKey }
  /** What clients find under a key; an entry is replaced, never removed. */
  | { readonly type: 'put-key-value'; readonly entry: KeyValue }
  /** Tells the reducer that a process which ran recoveries is gone; those still running become interrupted. */
  | { readonly type: 'interrupt-recoveries'; readonly exceptNodeToken: string; readonly atMs: number };

export type AcknowledgeTarget =
  | { readonly by: 'all' }
  | { readonly by: 'id'; readonly id: number }
  | { readonly by: 'uid'; readonly uid: string }
  | { readonly by: 'cluster'; readonly clusterName: string; readonly alias: string }
  | { readonly by: 'instance'; readonly key: InstanceKey };
