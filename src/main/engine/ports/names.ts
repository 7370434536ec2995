/** A name and what it stands for. */
export interface NameEntry {
  readonly host: string;
  readonly name: string;
  /** When the name service is asked again; ms since the epoch, 0 for never. */
  readonly expiresMs: number;
}

/** Host names made canonical (discovery reference, section 11). One server never goes by two names. */
export interface HostNames {
  /**
   * The canonical name of a host that was met somewhere. Never rejects: what doesn't resolve stays as it is. Waits for
   * the name service at the first call for a name only, and for two seconds at most.
   */
  resolve(host: string): Promise<string>;
  /** As `resolve`, from memory alone; a name that isn't remembered stays as it is. */
  peek(host: string): string;
  /**
   * A server polled as `polled` is known as `own`: later look-ups of `polled` give `own`. Not where names are never
   * looked up (`none`), unless it is `certain` that they stand for one server.
   */
  learn(polled: string, own: string, certain?: boolean): void;
  /** What a name stood for no longer holds. */
  unlearn(polled: string): void;
  /** `alias` stands for `host` because an operator said so; null takes that back. Outlives `reset`. */
  pin(alias: string, host: string | null): void;
  /** What an earlier run of Baton was told by the name service: believed until it is asked again, which is soon. */
  recall(entries: readonly Pick<NameEntry, 'host' | 'name'>[]): void;
  /** What was learnt and what the name service said, in the order of the hosts. */
  entries(): readonly NameEntry[];
  /** What the name service said, where it isn't the name itself. */
  lookedUp(): readonly NameEntry[];
  /** Forgets everything but what is pinned. */
  reset(): void;
}

/** Names stay as they are. */
export const PLAIN_NAMES: HostNames = {
  resolve: (host) => Promise.resolve(host.trim()),
  peek: (host) => host.trim(),
  learn: () => undefined,
  unlearn: () => undefined,
  pin: () => undefined,
  recall: () => undefined,
  entries: () => [],
  lookedUp: () => [],
  reset: () => undefined,
};
