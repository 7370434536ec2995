/** Under which all of Baton's entries stand in the keychain. */
export const SERVICE = 'Baton';

/** One request, as JSON on the child's standard input. */
export type ChildRequest =
  | { readonly do: 'get'; readonly names: readonly string[] }
  | { readonly do: 'set'; readonly name: string; readonly secret: string }
  | { readonly do: 'remove'; readonly name: string }
  | { readonly do: 'list' };

/** The answer, as JSON on its standard output. */
export type ChildAnswer =
  | {
      readonly ok: true;
      readonly secrets?: Readonly<Record<string, string>>;
      readonly names?: readonly string[];
      readonly removed?: boolean;
    }
  /** `loaded`: the native module could be loaded, so it is the keychain itself that failed. */
  | { readonly ok: false; readonly loaded: boolean; readonly message: string };
