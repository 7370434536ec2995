import { findTable, type Table } from '../model/tables.ts';
import { type Expression, ExpressionParser, type KnownColumn, type Scope } from './expression.ts';
import { compare, isTrue } from './functions.ts';
import { type Column, type Context, type Outcome, type Runnable, rowsOf, type Value } from './result.ts';
import { SqlError } from './sql-error.ts';
import { type Token, TokenReader } from './tokens.ts';

interface Source {
  readonly table: Table;
  readonly alias: string;
  on: Expression | null;
}

interface Item {
  readonly name: string;
  readonly expression: Expression;
}

interface Order {
  readonly expression: Expression;
  readonly descending: boolean;
}

/**
 * `SELECT list [FROM table [JOIN table ON …]] [WHERE …] [ORDER BY …] [LIMIT n]` over the simulated tables, or
 * `DO list`, which gives nothing.
 */
export function compileSelect(reader: TokenReader): Runnable {
  const isDo = reader.next().value === 'DO';
  const sources = readSources(reader);
  const columns = sources.flatMap(({ table, alias }) => table.columns.map((column) => ({ ...column, table: alias })));
  const parser = new ExpressionParser(reader, () => columns);
  const items = readItems(reader, parser, columns);
  skipSources(reader, parser, sources);
  const where = reader.words('WHERE') ? parser.parse() : null;
  const order = readOrder(reader, parser);
  const limit = reader.words('LIMIT') ? Number(reader.next().value) : Number.POSITIVE_INFINITY;
  reader.expectEnd();
  const shown: readonly Column[] = items.map(({ name, expression }) => ({ name, type: expression.type }));
  const finish = (context: Context, waited: readonly Value[]): Outcome => {
    const found = order(filter(context, sources, where, waited), context).slice(0, limit);
    const groups = parser.hasAggregates || sources.length === 0 ? [found[0] ?? []] : found;
    const evaluate = (row: readonly Value[]) =>
      items.map(({ expression }) => expression.evaluate({ context, row, rows: found, waited }));
    return isDo ? { kind: 'ok', affected: 0 } : rowsOf(shown, groups.map(evaluate));
  };
  if (parser.waits.length === 0) return (context) => finish(context, []);
  return async (context) => finish(context, await waitAll(parser, context));
}

async function waitAll(parser: ExpressionParser, context: Context): Promise<Value[]> {
  const waited: Value[] = [];
  for (const { call, args } of parser.waits) {
    const scope: Scope = { context, row: [], rows: [], waited };
    waited.push(
      await call(
        args.map((arg) => arg.evaluate(scope)),
        context,
      ),
    );
  }
  return waited;
}

/** Finds the tables before the list is read, so that its columns are known then. */
function readSources(reader: TokenReader): Source[] {
  const ahead = new TokenReader(reader.sql, remaining(reader));
  let depth = 0;
  while (!ahead.atEnd && !(depth === 0 && ahead.is('word', 'FROM'))) {
    const { kind, value } = ahead.next();
    if (kind === 'sign' && value === '(') depth++;
    if (kind === 'sign' && value === ')') depth--;
  }
  if (ahead.atEnd) return [];
  ahead.next();
  const sources = [readSource(ahead)];
  while (!ahead.atEnd) {
    if (ahead.words('JOIN')) sources.push(readSource(ahead));
    else ahead.next();
  }
  return sources;
}

function remaining(reader: TokenReader): Token[] {
  const tokens: Token[] = [];
  for (let distance = 0; ; distance++) {
    const token = reader.peek(distance);
    if (token === undefined) return tokens;
    tokens.push(token);
  }
}

const NOT_AN_ALIAS = new Set(['WHERE', 'JOIN', 'INNER', 'LEFT', 'ON', 'ORDER', 'LIMIT', 'GROUP']);

function readSource(reader: TokenReader): Source {
  const schema = reader.name();
  if (!reader.sign('.')) throw new SqlError(1046, 'No database selected', { sqlState: '3D000' });
  const name = reader.name();
  const { kind, value } = reader.current;
  const named = reader.words('AS') || kind === 'quoted' || (kind === 'word' && !NOT_AN_ALIAS.has(value));
  const alias = (named ? reader.name() : name).toLowerCase();
  const table = findTable(schema, name);
  if (table) return { table, alias, on: null };
  const notSimulated = /^(information_schema|performance_schema|mysql|sys)$/i.test(schema);
  throw new SqlError(1146, `Table '${schema}.${name}' doesn't exist`, { sqlState: '42S02', notSimulated });
}

function readItems(reader: TokenReader, parser: ExpressionParser, columns: readonly KnownColumn[]): Item[] {
  const items: Item[] = [];
  do {
    if (reader.sign('*')) {
      columns.forEach((column, place) => {
        items.push({ name: column.name, expression: { type: column.type, evaluate: ({ row }) => row[place] ?? null } });
      });
      continue;
    }
    const { start } = reader.current;
    const expression = parser.parse();
    const written = reader.sql.slice(start, reader.current.start).trim();
    items.push({ name: readAlias(reader) ?? written, expression });
  } while (reader.sign(','));
  return items;
}

function readAlias(reader: TokenReader): string | null {
  if (reader.words('AS')) return reader.current.kind === 'text' ? reader.text() : reader.name();
  const { kind, value } = reader.current;
  if (kind === 'quoted' || kind === 'text') return reader.next().value;
  return kind === 'word' && value !== 'FROM' && value !== 'LIMIT' ? reader.name() : null;
}

/** Passes over the tables, which are known already, and takes the conditions of joins. */
function skipSources(reader: TokenReader, parser: ExpressionParser, sources: readonly Source[]): void {
  if (!reader.words('FROM')) return;
  sources.forEach((source, index) => {
    if (index > 0 && !reader.words('JOIN') && !reader.words('INNER', 'JOIN')) throw reader.error();
    readSource(reader);
    if (index > 0 && reader.words('ON')) source.on = parser.parse();
  });
}

function readOrder(
  reader: TokenReader,
  parser: ExpressionParser,
): (rows: (readonly Value[])[], context: Context) => (readonly Value[])[] {
  if (!reader.words('ORDER', 'BY')) return (rows) => rows;
  const orders: Order[] = [];
  do {
    const expression = parser.parse();
    const descending = reader.words('DESC');
    if (!descending) reader.words('ASC');
    orders.push({ expression, descending });
  } while (reader.sign(','));
  return (rows, context) => {
    const read = (row: readonly Value[], by: Order) => by.expression.evaluate({ context, row, rows, waited: [] });
    return rows.toSorted((a, b) => {
      for (const by of orders) {
        const difference = compare(read(a, by), read(b, by)) ?? 0;
        if (difference !== 0) return by.descending ? -difference : difference;
      }
      return 0;
    });
  };
}

function filter(
  context: Context,
  sources: readonly Source[],
  where: Expression | null,
  waited: readonly Value[],
): (readonly Value[])[] {
  let rows: (readonly Value[])[] = [[]];
  for (const { table, on } of sources) {
    const added = table.rows(context.model, context.instance);
    rows = rows.flatMap((row) => added.map((more) => [...row, ...more]));
    if (on) rows = rows.filter((row) => isTrue(on.evaluate({ context, row, rows, waited })));
  }
  if (where === null) return rows;
  return rows.filter((row) => isTrue(where.evaluate({ context, row, rows, waited })));
}
