export interface PlainReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  /** The body by gzip, made when somebody first takes it so; texts are compressed without this too. */
  readonly packed?: () => Promise<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A connection that stays open; the server attaches the stream. */
export interface StreamReply {
  readonly stream: 'events' | 'watch' | 'stream';
  readonly query: URLSearchParams;
}
