import { findVariable, isAbsentByDesign } from '../model/variables.ts';
import { compare, equal, findFunction, isTrue, likePattern, WAITING } from './functions.ts';
import type { Column, Context, Value } from './result.ts';
import { SqlError } from './sql-error.ts';
import type { TokenReader } from './tokens.ts';

/** What an expression is evaluated over. */
export interface Scope {
  readonly context: Context;
  /** The current row; empty without FROM. */
  readonly row: readonly Value[];
  /** All rows, for aggregates. */
  readonly rows: readonly (readonly Value[])[];
  /** Results of the waiting functions, in the order of `ExpressionParser.waits`. */
  readonly waited: readonly Value[];
}

export interface Expression {
  readonly type: Column['type'];
  readonly evaluate: (scope: Scope) => Value;
}

/** A column that can be named: `table` is its alias, in lower case. */
export interface KnownColumn extends Column {
  readonly table: string;
}

export interface Wait {
  readonly call: (args: readonly Value[], context: Context) => Promise<Value>;
  readonly args: readonly Expression[];
}

const COMPARISONS: Readonly<Record<string, (difference: number) => boolean>> = {
  '=': (difference) => difference === 0,
  '<>': (difference) => difference !== 0,
  '!=': (difference) => difference !== 0,
  '<': (difference) => difference < 0,
  '>': (difference) => difference > 0,
  '<=': (difference) => difference <= 0,
  '>=': (difference) => difference >= 0,
};

type Operator = (a: number, b: number) => number | null;

const SUMS: Readonly<Record<string, Operator>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
};

const PRODUCTS: Readonly<Record<string, Operator>> = {
  '*': (a, b) => a * b,
  DIV: (a, b) => (b === 0 ? null : Math.trunc(a / b)),
  MOD: (a, b) => (b === 0 ? null : a % b),
  '%': (a, b) => (b === 0 ? null : a % b),
};

const AGGREGATES: Readonly<Record<string, (values: readonly Value[]) => Value>> = {
  COUNT: (values) => values.length,
  MAX: (values) =>
    values.reduce<Value>((best, one) => (best === null || (compare(one, best) ?? 0) > 0 ? one : best), null),
  MIN: (values) =>
    values.reduce<Value>((best, one) => (best === null || (compare(one, best) ?? 0) < 0 ? one : best), null),
  SUM: (values) => (values.length === 0 ? null : values.reduce<number>((sum, one) => sum + Number(one), 0)),
};

/** Compiles the expressions that a topology tool sends; anything else is a syntax error of the server. */
export class ExpressionParser {
  readonly waits: Wait[] = [];
  readonly #reader: TokenReader;
  readonly #columns: () => readonly KnownColumn[];
  #aggregates = 0;

  /** @param columns of the FROM clause; asked for when an expression is evaluated, as it follows the list. */
  constructor(reader: TokenReader, columns: () => readonly KnownColumn[]) {
    this.#reader = reader;
    this.#columns = columns;
  }

  get hasAggregates(): boolean {
    return this.#aggregates > 0;
  }

  parse(): Expression {
    let left = this.#conjunction();
    while (this.#reader.words('OR')) {
      const [a, b] = [left, this.#conjunction()];
      left = integer((scope) => (isTrue(a.evaluate(scope)) || isTrue(b.evaluate(scope)) ? 1 : 0));
    }
    return left;
  }

  #conjunction(): Expression {
    let left = this.#negation();
    while (this.#reader.words('AND')) {
      const [a, b] = [left, this.#negation()];
      left = integer((scope) => (isTrue(a.evaluate(scope)) && isTrue(b.evaluate(scope)) ? 1 : 0));
    }
    return left;
  }

  #negation(): Expression {
    if (!this.#reader.words('NOT')) return this.#comparison();
    const inner = this.#negation();
    return integer((scope) => not(inner.evaluate(scope)));
  }

  #comparison(): Expression {
    const left = this.#sum();
    const reader = this.#reader;
    if (reader.words('IS')) {
      const negated = reader.words('NOT');
      if (!reader.words('NULL')) throw reader.error();
      return integer((scope) => ((left.evaluate(scope) === null) !== negated ? 1 : 0));
    }
    const negated = reader.words('NOT');
    const found = reader.words('IN') ? this.#membership(left) : reader.words('LIKE') ? this.#likeness(left) : null;
    if (found) return negated ? integer((scope) => not(found.evaluate(scope))) : found;
    if (negated) throw reader.error();
    const operator = reader.current.kind === 'sign' ? COMPARISONS[reader.current.value] : undefined;
    if (!operator) return left;
    reader.next();
    const right = this.#sum();
    return integer((scope) => {
      const difference = compare(left.evaluate(scope), right.evaluate(scope));
      return difference === null ? null : operator(difference) ? 1 : 0;
    });
  }

  #membership(left: Expression): Expression {
    this.#reader.expectSign('(');
    const list = this.#list();
    return integer((scope) => {
      const value = left.evaluate(scope);
      return value === null ? null : list.some((one) => equal(value, one.evaluate(scope))) ? 1 : 0;
    });
  }

  #likeness(left: Expression): Expression {
    const pattern = likePattern(this.#reader.text());
    return integer((scope) => {
      const value = left.evaluate(scope);
      return value === null ? null : pattern.test(String(value)) ? 1 : 0;
    });
  }

  #sum(): Expression {
    return this.#operations(SUMS, () => this.#operations(PRODUCTS, () => this.#primary()));
  }

  #operations(operators: Readonly<Record<string, Operator>>, operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const { kind, value } = this.#reader.current;
      const operator =
        (kind === 'sign' || kind === 'word') && Object.hasOwn(operators, value) ? operators[value] : undefined;
      if (!operator) return left;
      this.#reader.next();
      const [a, b] = [left, operand()];
      left = integer((scope) => {
        const [x, y] = [a.evaluate(scope), b.evaluate(scope)];
        return x === null || y === null ? null : operator(Number(x), Number(y));
      });
    }
  }

  #primary(): Expression {
    const reader = this.#reader;
    if (reader.sign('(')) {
      const inner = this.parse();
      reader.expectSign(')');
      return inner;
    }
    if (reader.sign('-')) {
      const inner = this.#primary();
      return integer((scope) => -Number(inner.evaluate(scope)));
    }
    const token = reader.current;
    if (token.kind === 'text') return constant(reader.next().value, 'text');
    if (token.kind === 'number') return constant(Number(reader.next().value), 'integer');
    if (token.kind === 'variable') return variable(reader.next().value);
    if (reader.words('NULL')) return constant(null, 'text');
    if (reader.words('TRUE')) return constant(1, 'integer');
    if (reader.words('FALSE')) return constant(0, 'integer');
    const isCall = token.kind === 'word' && reader.peek(1)?.value === '(' && reader.peek(1)?.kind === 'sign';
    return isCall ? this.#call() : this.#column();
  }

  #call(): Expression {
    const reader = this.#reader;
    const name = reader.next().value;
    reader.expectSign('(');
    const aggregate = AGGREGATES[name];
    if (aggregate) return this.#aggregate(aggregate);
    const unit = name === 'TIMESTAMPDIFF' ? [constant(reader.next().value, 'text')] : [];
    if (unit.length > 0) reader.expectSign(',');
    const args = [...unit, ...this.#list()];
    const waiting = WAITING[name];
    if (waiting) {
      const place = this.waits.push({ call: waiting, args }) - 1;
      return integer((scope) => scope.waited[place] ?? null);
    }
    const known = findFunction(name);
    if (!known) throw new SqlError(1305, `FUNCTION ${name} does not exist`, { sqlState: '42000', notSimulated: true });
    const call = (scope: Scope) =>
      known.call(
        args.map((arg) => arg.evaluate(scope)),
        scope.context,
      );
    return { type: known.type, evaluate: call };
  }

  #aggregate(aggregate: (values: readonly Value[]) => Value): Expression {
    this.#aggregates++;
    const inner = this.#reader.sign('*') ? constant(1, 'integer') : this.parse();
    this.#reader.expectSign(')');
    const evaluate = (scope: Scope) =>
      aggregate(scope.rows.map((row) => inner.evaluate({ ...scope, row })).filter((value) => value !== null));
    return { type: inner.type, evaluate };
  }

  /** The arguments up to the closing parenthesis. */
  #list(): Expression[] {
    const list: Expression[] = [];
    if (this.#reader.sign(')')) return list;
    do list.push(this.parse());
    while (this.#reader.sign(','));
    this.#reader.expectSign(')');
    return list;
  }

  #column(): Expression {
    const first = this.#reader.name();
    const second = this.#reader.sign('.') ? this.#reader.name() : null;
    const [table, name] = second === null ? [null, first] : [first.toLowerCase(), second];
    const columns = this.#columns();
    const place = columns.findIndex((column) => {
      return column.name.toLowerCase() === name.toLowerCase() && (table === null || column.table === table);
    });
    const column = columns[place];
    if (!column) {
      throw new SqlError(1054, `Unknown column '${name}' in 'field list'`, { sqlState: '42S22', notSimulated: true });
    }
    return { type: column.type, evaluate: (scope) => scope.row[place] ?? null };
  }
}

function integer(evaluate: (scope: Scope) => Value): Expression {
  return { type: 'integer', evaluate };
}

function constant(value: Value, type: Column['type']): Expression {
  return { type, evaluate: () => value };
}

function not(value: Value): Value {
  return value === null ? null : isTrue(value) ? 0 : 1;
}

function variable(name: string): Expression {
  const definition = findVariable(name);
  if (!definition) {
    const notSimulated = !isAbsentByDesign(name);
    throw new SqlError(1193, `Unknown system variable '${name}'`, { notSimulated });
  }
  const type = definition.kind === 'text' ? 'text' : 'integer';
  return { type, evaluate: ({ context }) => definition.read(context.instance) };
}
