import { findVariable, isAbsentByDesign } from '../model/variables.ts';
import { type Context, OK, type Outcome, type Runnable } from './result.ts';
import { SqlError } from './sql-error.ts';
import type { Token, TokenReader } from './tokens.ts';

type Assignment = (context: Context) => void;

/** `SET [GLOBAL|PERSIST|SESSION] name = value, …`, behind SET. What is set for the session alone has no effect. */
export function compileSet(reader: TokenReader): Runnable {
  if (reader.words('NAMES') || reader.words('CHARACTER', 'SET')) return () => OK;
  const assignments: Assignment[] = [];
  do assignments.push(readAssignment(reader));
  while (reader.sign(','));
  reader.expectEnd();
  return (context): Outcome => {
    context.model.syncCluster(context.instance.cluster);
    for (const assign of assignments) assign(context);
    return OK;
  };
}

function readAssignment(reader: TokenReader): Assignment {
  const written = reader.current;
  const scope = reader.words('GLOBAL') || reader.words('PERSIST') ? 'global' : 'session';
  if (scope === 'session' && !reader.words('SESSION')) reader.words('LOCAL');
  const isGlobal = scope === 'global' || /^@@(global|persist)\b/i.test(reader.sql.slice(written.start, written.end));
  const name = reader.current.kind === 'variable' ? reader.next().value : reader.name().toLowerCase();
  if (!reader.sign('=')) reader.expectSign(':=');
  const value = readValue(reader);
  if (!isGlobal) return () => {};
  const definition = findVariable(name);
  if (!definition) {
    throw new SqlError(1193, `Unknown system variable '${name}'`, { notSimulated: !isAbsentByDesign(name) });
  }
  if (!definition.settable) throw new SqlError(1238, `Variable '${name}' is a read only variable`);
  const wanted = definition.kind === 'flag' ? flagValue(name, value) : value;
  return ({ instance }) => {
    instance.variables.set(name, wanted);
    // Each implies the other in one direction (MySQL manual, super_read_only).
    if (name === 'super_read_only' && wanted === 1) instance.variables.set('read_only', 1);
    if (name === 'read_only' && wanted === 0) instance.variables.set('super_read_only', 0);
  };
}

function readValue(reader: TokenReader): string | number {
  const token: Token = reader.next();
  if (token.kind === 'number') return Number(token.value);
  if (token.kind === 'text' || token.kind === 'word') return token.value;
  throw reader.error(token);
}

function flagValue(name: string, value: string | number): number {
  const text = String(value).toUpperCase();
  if (text === '1' || text === 'ON' || text === 'TRUE') return 1;
  if (text === '0' || text === 'OFF' || text === 'FALSE') return 0;
  throw new SqlError(1231, `Variable '${name}' can't be set to the value of '${value}'`, { sqlState: '42000' });
}
