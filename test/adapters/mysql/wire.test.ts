import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ColumnMemory, decodeResponse } from '../../../src/main/adapters/mysql/wire/decode-response.ts';
import { ProtocolViolation, ResponseScanner } from '../../../src/main/adapters/mysql/wire/response-scanner.ts';

type Rows = readonly (readonly (string | null)[])[];

function lengthCoded(length: number): Buffer {
  if (length < 0xfb) return Buffer.from([length]);
  const wide = Buffer.alloc(3);
  wide[0] = 0xfc;
  wide.writeUInt16LE(length, 1);
  return wide;
}

function text(value: string | null): Buffer {
  if (value === null) return Buffer.from([0xfb]);
  const bytes = Buffer.from(value);
  return Buffer.concat([lengthCoded(bytes.length), bytes]);
}

/** Builds a response as a server would; `more` sets the flag that says that another result follows. */
class ResponseBuilder {
  readonly #parts: Buffer[] = [];
  #sequence = 1;

  #packet(payload: Buffer): void {
    const header = Buffer.alloc(4);
    header.writeUIntLE(payload.length, 0, 3);
    header[3] = this.#sequence;
    this.#sequence = (this.#sequence + 1) & 0xff;
    this.#parts.push(header, payload);
  }

  ok(more: boolean): this {
    this.#packet(Buffer.from([0, 0, 0, more ? 10 : 2, 0, 0, 0]));
    return this;
  }

  error(errno: number, message: string): this {
    this.#packet(Buffer.concat([Buffer.from([0xff, errno & 0xff, errno >> 8]), Buffer.from(`#HY000${message}`)]));
    return this;
  }

  rows(columns: readonly string[], rows: Rows, more: boolean): this {
    const end = (flags: number) => this.#packet(Buffer.from([0xfe, 0, 0, flags, 0]));
    this.#packet(lengthCoded(columns.length));
    for (const column of columns) {
      const names = ['def', '', '', '', column, ''].map(text);
      this.#packet(Buffer.concat([...names, Buffer.alloc(13)]));
    }
    end(2);
    for (const row of rows) this.#packet(Buffer.concat(row.map(text)));
    end(more ? 10 : 2);
    return this;
  }

  build(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

const cell = fc.option(fc.string({ maxLength: 400 }), { nil: null });
const table = fc.integer({ min: 1, max: 5 }).chain((width) =>
  fc.record({
    columns: fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: width, maxLength: width }),
    rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 4 }),
  }),
);

describe('responses', () => {
  test('come out as they went in, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(table, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(2000)), (tables, cuts) => {
        const builder = new ResponseBuilder();
        tables.forEach((one, index) => void builder.rows(one.columns, one.rows, index < tables.length - 1));
        const whole = builder.build();
        const scanner = new ResponseScanner();
        for (const cut of cuts.map((at) => at % whole.length).sort((a, b) => a - b)) {
          expect(scanner.scan(whole.subarray(0, cut))).toBe(-1);
        }
        expect(scanner.scan(Buffer.concat([whole, Buffer.from([1, 2, 3])]))).toBe(whole.length);
        const response = decodeResponse(whole, new ColumnMemory());
        expect(response).toEqual({ results: tables, error: null });
      }),
    );
  });

  test('end at an error, with the results before it', () => {
    const raw = new ResponseBuilder()
      .ok(true)
      .rows(['a'], [['1']], true)
      .error(1227, 'Access\ndenied')
      .build();
    const scanner = new ResponseScanner();
    expect(scanner.scan(raw)).toBe(raw.length);
    expect(scanner.errorAt).toBeGreaterThan(0);
    expect(decodeResponse(raw, new ColumnMemory())).toEqual({
      results: [
        { columns: [], rows: [] },
        { columns: ['a'], rows: [['1']] },
      ],
      error: { errno: 1227, message: 'Access denied' },
    });
  });

  test('with the same columns share their names', () => {
    const memory = new ColumnMemory();
    const one = decodeResponse(new ResponseBuilder().rows(['a', 'b'], [['1', '2']], false).build(), memory);
    const two = decodeResponse(new ResponseBuilder().rows(['a', 'b'], [['3', null]], false).build(), memory);
    const other = decodeResponse(new ResponseBuilder().rows(['a', 'c'], [], false).build(), memory);
    expect(two.results[0]?.columns).toBe(one.results[0]?.columns);
    expect(other.results[0]?.columns).toEqual(['a', 'c']);
  });

  test('with a row that ends before its last columns have nothing there: MySQL 5.6, a replica without a uuid', () => {
    const columns = ['Server_id', 'Host', 'Slave_UUID'];
    const raw = new ResponseBuilder()
      .rows(
        columns,
        [
          ['7', 'db2'],
          ['8', 'db3', 'u'],
        ],
        false,
      )
      .build();
    expect(decodeResponse(raw, new ColumnMemory()).results[0]?.rows).toEqual([
      ['7', 'db2', null],
      ['8', 'db3', 'u'],
    ]);
  });

  test('any bytes are an answer, the begin of one, or a violation', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const raw = Buffer.from(bytes);
        try {
          const end = new ResponseScanner().scan(raw);
          if (end >= 0) decodeResponse(raw.subarray(0, end), new ColumnMemory());
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolViolation);
        }
      }),
    );
  });
});
