/** A place in the console: `#/page/argument/…?name=value`. */
export interface Route {
  readonly page: string;
  readonly args: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

/** Reads the part of an address after `#`. What can't be decoded is taken as it is written. */
export function parseRoute(fragment: string): Route {
  const [path = '', search = ''] = fragment.replace(/^#?\/?/, '').split('?', 2);
  const [page = '', ...args] = path.split('/').map(decoded);
  return {
    page: page === '' ? 'clusters' : page,
    args: args.filter((one) => one !== ''),
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

/** The address of a place, with its `#`. */
export function hrefOf(
  page: string,
  args: readonly string[] = [],
  query: Readonly<Record<string, string>> = {},
): string {
  const search = new URLSearchParams(query).toString();
  return `#/${[page, ...args].map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
