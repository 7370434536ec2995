/** How a console stands with its engine. */
export type EngineLink =
  | { readonly state: 'connecting'; readonly engine: string }
  | { readonly state: 'connected'; readonly engine: string }
  | {
      /** The console tries again by itself. */
      readonly state: 'lost';
      /** Where the engine is, for people; holds no credentials. Empty for the engine of this very program. */
      readonly engine: string;
      readonly cause: 'unreachable' | 'refused' | 'silent' | 'closed';
      /** More about the cause in the words of whoever said it (English); may be empty. */
      readonly reason: string;
      /** When the engine was last heard, in ms since the epoch by the console's clock; null for never. */
      readonly heardMs: number | null;
    };
