/** Most bytes that Linux takes for one variable, `NAME=value` and its end included (execve(2), MAX_ARG_STRLEN). */
const VARIABLE_LIMIT_BYTES = 131_072;

export interface HookEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** One sentence for each value that had to be changed. */
  readonly notes: readonly string[];
}

/**
 * Baton's own environment without its secrets, and the hook's variables. A value that is too long for the
 * operating system (the replicas of a very large cluster) is cut behind its last whole item, because the
 * process could not be started at all with it; NUL characters can't be passed and are left out.
 */
export function hookEnvironment(
  inherited: Readonly<Record<string, string | undefined>>,
  secrets: ReadonlySet<string>,
  added: Readonly<Record<string, string>>,
): HookEnvironment {
  const variables: Record<string, string> = {};
  const notes: string[] = [];
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && !secrets.has(name)) variables[name] = value;
  }
  for (const [name, value] of Object.entries(added)) {
    const room = VARIABLE_LIMIT_BYTES - Buffer.byteLength(name) - 2;
    const whole = value.replaceAll('\0', '');
    variables[name] = cut(whole, room);
    if (variables[name] !== whole) {
      notes.push(`${name} was cut: it has ${Buffer.byteLength(whole)} bytes, and a process can receive ${room}.`);
    }
  }
  return { variables, notes };
}

function cut(value: string, room: number): string {
  if (Buffer.byteLength(value) <= room) return value;
  const part = Buffer.from(value).subarray(0, room).toString('utf8').replace(/�+$/, '');
  const comma = part.lastIndexOf(',');
  return comma > 0 ? part.slice(0, comma) : part;
}
