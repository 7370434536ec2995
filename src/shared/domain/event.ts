import type { AnalysisCode } from './analysis.ts';
import type { InstanceKey } from './instance-key.ts';

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
  | { readonly type: 'fenced'; readonly atMs: number; readonly key: InstanceKey; readonly message: string };
