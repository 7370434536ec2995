import type { AnalysisCode } from './analysis.ts';
import type { InstanceKey } from './instance-key.ts';
import type { OperationName, OperationState } from './operation.ts';

/** What the engine tells its doors as it happens. `atMs` is ms since the epoch. */
export type EngineEvent =
  | { readonly type: 'cluster-changed'; readonly atMs: number; readonly clusterName: string }
  | {
      readonly type: 'analysis-changed';
      readonly atMs: number;
      readonly key: InstanceKey;
      readonly clusterName: string;
      readonly code: AnalysisCode;
      readonly previous: AnalysisCode;
    }
  | {
      readonly type: 'detection';
      readonly atMs: number;
      readonly key: InstanceKey;
      readonly clusterName: string;
      readonly code: AnalysisCode;
      readonly actionable: boolean;
    }
  | {
      readonly type: 'recovery-blocked';
      readonly atMs: number;
      readonly key: InstanceKey;
      readonly clusterName: string;
      readonly code: AnalysisCode;
      readonly reason: string;
    }
  | {
      readonly type: 'recovery-started';
      readonly atMs: number;
      readonly key: InstanceKey;
      readonly clusterName: string;
      readonly code: AnalysisCode;
      readonly uid: string;
    }
  | { readonly type: 'recovery-step'; readonly atMs: number; readonly uid: string; readonly message: string }
  | {
      readonly type: 'recovery-ended';
      readonly atMs: number;
      readonly key: InstanceKey;
      readonly uid: string;
      readonly successor: InstanceKey | null;
      readonly outcome: string;
    }
  | {
      readonly type: 'operation-started';
      readonly atMs: number;
      readonly key: InstanceKey;
      readonly clusterName: string;
      readonly name: OperationName;
      readonly uid: string;
    }
  | {
      readonly type: 'operation-step';
      readonly atMs: number;
      readonly clusterName: string;
      readonly uid: string;
      readonly message: string;
    }
  | {
      readonly type: 'operation-ended';
      readonly atMs: number;
      readonly key: InstanceKey;
      readonly clusterName: string;
      readonly uid: string;
      /** `broken`: Baton itself could not go on. */
      readonly state: OperationState | 'broken';
      readonly message: string;
    }
  /** What an operation, a takeover or a recovery does to a server. */
  | {
      readonly type: 'server-step';
      readonly atMs: number;
      readonly key: InstanceKey;
      readonly clusterName: string;
      readonly uid: string;
      readonly state: 'begun' | 'done' | 'failed';
      /** A stable name of what is done: the action's kind, with `-off` where it switches something off. */
      readonly action: string;
      /** What it is pointed at by a `repoint`; null for all others. */
      readonly source: InstanceKey | null;
      /** What is done, as a phrase; with `failed`, why it could not be done. */
      readonly message: string;
    }
  | { readonly type: 'fenced'; readonly atMs: number; readonly key: InstanceKey; readonly message: string };
