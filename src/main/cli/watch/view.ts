import type { Sink } from '../io.ts';
import { harmless, harmlessLine, timeText } from './event-text.ts';

/** A cluster's tree as the engine streams it; an empty text takes it away. */
export interface TopologyFrame {
  readonly atMs: number;
  readonly clusterName: string;
  readonly clusterAlias: string;
  readonly text: string;
}

/** Where `watch` shows what it hears. */
export interface WatchView {
  topology(frame: TopologyFrame): void;
  event(atMs: number, text: string): void;
  /** A new connection begins, which will tell all that there is: trees that were shown before may be out of date. */
  restart(): void;
  /** What is to be said about the connection or the cluster; empty when all is well. */
  status(text: string): void;
  close(): void;
}

export function titleOf({ clusterName, clusterAlias }: TopologyFrame): string {
  return clusterAlias === clusterName ? clusterName : `${clusterAlias} (${clusterName})`;
}

/** For pipes and files: each changed tree and each event once, with its time. */
export class PlainView implements WatchView {
  readonly #out: Sink;
  readonly #error: Sink;

  constructor(out: Sink, error: Sink) {
    this.#out = out;
    this.#error = error;
  }

  topology(frame: TopologyFrame): void {
    const tree = frame.text === '' ? '(gone)' : harmless(frame.text);
    this.#out.write(`${timeText(frame.atMs)} ${harmlessLine(titleOf(frame))}\n${tree}\n\n`);
  }

  event(atMs: number, text: string): void {
    this.#out.write(`${timeText(atMs)} ${harmlessLine(text)}\n`);
  }

  status(text: string): void {
    if (text !== '') this.#error.write(`baton: ${harmlessLine(text)}\n`);
  }

  restart(): void {}

  close(): void {}
}
