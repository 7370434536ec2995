/** A short stand-in for a name: the same name has always the same one (FNV-1a, 32 bits). */
export function maskOf(name: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0').slice(0, 4);
}

/** `instance-1a2b:3306` for `db1.example.com:3306`. */
export function maskedServer(id: string): string {
  const colon = id.lastIndexOf(':');
  return colon === -1 ? `instance-${maskOf(id)}` : `instance-${maskOf(id.slice(0, colon))}${id.slice(colon)}`;
}

/** `8.0` for `8.0.36-28`. */
export function maskedVersion(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
