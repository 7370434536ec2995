import { expect, test } from 'vitest';
import { checkText } from '../../../src/main/adapters/config/check-text.ts';

const readFile = (path: string) => {
  throw Object.assign(new Error(path), { code: 'ENOENT' });
};
const check = (text: string) => checkText(text, { env: { SECRET: 'hush' }, readFile });

test('a text that Baton would start with', () => {
  expect(check('{"InstancePollSeconds": 7}')).toMatchObject({ ok: true });
});

test('says what is wrong and where, worst first, and not of which file', () => {
  const { ok, findings } = check('{\n  "Nonsense": 1,\n  "InstancePollSeconds": "x"\n}');
  expect(ok).toBe(false);
  expect(findings.slice(0, 2)).toMatchObject([
    { level: 'error', key: 'InstancePollSeconds', line: 3 },
    { level: 'warning', key: 'Nonsense', line: 2 },
  ]);
  for (const { message } of findings) expect(message).not.toContain('\0');
});

test('what is no JSON', () => {
  const { ok, findings } = check('{\n  "a": \n}');
  expect([ok, findings.length, findings[0]?.line]).toEqual([false, 1, 3]);
  expect(findings[0]?.message).not.toMatch(/the text|^[\d:]/);
});

test('a secret of the environment is not told', () => {
  expect(JSON.stringify(check('{"MySQLTopologyPassword": "$' + '{SECRET}"}'))).not.toContain('hush');
});

test('a file that it names and that is missing is found', () => {
  const { findings } = check('{"MySQLTopologyCredentialsConfigFile": "/nowhere/my.cnf"}');
  expect(findings[0]).toMatchObject({ level: 'error', message: expect.stringContaining('/nowhere/my.cnf') });
});
