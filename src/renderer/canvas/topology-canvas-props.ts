import type { ReactNode, Ref } from 'react';
import type { FleetCluster } from '../stores/fleet.ts';
import type { CanvasFindings, CanvasHandle, CanvasHooks, CanvasOptions, LagHistory, NodeMark } from './canvas-types.ts';

export interface TopologyCanvasProps extends CanvasHooks {
  /** What is drawn; a moment of the past as well as the present. */
  readonly cluster: FleetCluster;
  readonly options: CanvasOptions;
  /** Switches in the tool bar change the options through this; without it there are none. */
  readonly onOptionsChange?: (changes: Partial<CanvasOptions>) => void;
  readonly lags?: LagHistory;
  readonly findings?: CanvasFindings;
  readonly marks?: ReadonlyMap<string, NodeMark>;
  readonly selected?: ReadonlySet<string>;
  /** Brought into view and focused when it changes. */
  readonly revealId?: string;
  /** More for the tool bar, such as the mode of moves. */
  readonly tools?: ReactNode;
  readonly handle?: Ref<CanvasHandle>;
}
