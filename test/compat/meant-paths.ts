/** What parameters hold in an address that a client means, whichever servers there are. */
const ANY: Readonly<Record<string, string>> = {
  duration: '10m',
  seconds: '60',
  page: '0',
  promotionRule: 'prefer',
  process: '7',
  logPos: '4',
};

/** Every text that some route takes from its query. */
export const MEANT_QUERY =
  'pattern=.&binlog=binlog.000007:4711&q=STOP%20SLAVE&alias=main&comment=seen&tag=a=b&owner=me&reason=test';

/**
 * A route's path with its parameters filled in.
 * @param values by the parameters' names: those that name servers and clusters
 */
export function filled(path: string, values: Readonly<Record<string, string>>): string {
  return path.replace(/:(\w+)|\{(\w+)\}/g, (_, compatible: string | undefined, own: string) => {
    const name = compatible ?? own;
    return encodeURIComponent(values[name] ?? ANY[name] ?? 'x');
  });
}
