import { expect, test } from 'vitest';
import { EN } from '../../../src/main/desktop/shell/texts/en.ts';
import { filled } from '../../../src/main/desktop/shell/texts/index.ts';
import { ZH } from '../../../src/main/desktop/shell/texts/zh.ts';

function flat(texts: object, prefix = ''): readonly (readonly [string, string])[] {
  return Object.entries(texts).flatMap(([name, value]) =>
    typeof value === 'string' ? [[prefix + name, value] as const] : flat(value as object, `${prefix}${name}.`),
  );
}

test('both languages say the same things with the same values in them', () => {
  const values = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([one]) => one).sort();
  const zh = new Map(flat(ZH));
  expect([...zh.keys()]).toEqual(flat(EN).map(([name]) => name));
  for (const [name, text] of flat(EN)) expect([name, values(zh.get(name) ?? '')]).toEqual([name, values(text)]);
});

test('nothing is left in English', () => {
  const same = flat(EN).filter(([name, text]) => new Map(flat(ZH)).get(name) === text);
  expect(same).toEqual([]);
});

test('a value that is not given stays as it is written', () => {
  expect(filled('{a} and {b}', { a: 1 })).toBe('1 and {b}');
});
