import type { TopologyFrame } from './topology-frame.ts';

/** How a console stands with its engine. */
export type EngineLink =
  | { readonly state: 'connecting' }
  | { readonly state: 'connected' }
  | {
      /** The console tries again by itself. */
      readonly state: 'lost';
      /** What follows "The engine at ADDRESS", without a full stop. */
      readonly reason: string;
      /** When the engine was last heard, in ms since the epoch by the console's clock; null for never. */
      readonly heardMs: number | null;
    };

/** All that a console's window shows. */
export interface ConsoleState {
  /** Where the engine is; holds no credentials. */
  readonly engineUrl: string;
  readonly link: EngineLink;
  /** By cluster name. While the link is lost they are the last that was heard. */
  readonly clusters: ReadonlyMap<string, TopologyFrame>;
}

/** What a window is told: everything once, then what changes. */
export type ConsoleMessage =
  | { readonly kind: 'snapshot'; readonly state: ConsoleState }
  | { readonly kind: 'link'; readonly link: EngineLink }
  | { readonly kind: 'topology'; readonly frame: TopologyFrame };

/** What the preload script hands to a window's page, as `window.baton`. */
export interface ConsoleBridge {
  /** Tells the listener the present state and every change from then on. */
  follow(listener: (message: ConsoleMessage) => void): void;
}

export function initialConsoleState(engineUrl: string): ConsoleState {
  return { engineUrl, link: { state: 'connecting' }, clusters: new Map() };
}

/** The state after a message; both ends of the bridge go by this. */
export function applyConsoleMessage(state: ConsoleState, message: ConsoleMessage): ConsoleState {
  switch (message.kind) {
    case 'snapshot':
      return message.state;
    case 'link':
      // A new connection begins with all clusters: those that went away meanwhile are not among them.
      return message.link.state === 'connected'
        ? { ...state, link: message.link, clusters: new Map() }
        : { ...state, link: message.link };
    case 'topology':
      return { ...state, clusters: withFrame(state.clusters, message.frame) };
  }
}

function withFrame(
  clusters: ReadonlyMap<string, TopologyFrame>,
  frame: TopologyFrame,
): ReadonlyMap<string, TopologyFrame> {
  const after = new Map(clusters);
  if (frame.text === '') after.delete(frame.clusterName);
  else after.set(frame.clusterName, frame);
  return after;
}
