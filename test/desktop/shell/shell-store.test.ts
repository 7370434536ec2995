import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { passingProfile } from '../../../src/main/desktop/shell/profiles.ts';
import { ShellStore } from '../../../src/main/desktop/shell/shell-store.ts';
import { type Profile, shellStateSchema } from '../../../src/shared/contract/console/shell.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-shell-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (locale = 'en-US') =>
  new ShellStore({ folder, platform: 'linux', version: '1.2.3', locale, embeddedProblem: null });

const PRODUCTION: Profile = {
  id: 'prod',
  name: 'Production',
  colour: 'red',
  production: true,
  engine: { kind: 'remote', api: 'https://a:3000 https://b:3000' },
};

test('begins with the engine of this computer, in the language of the desktop', () => {
  expect(open('zh-CN').state).toEqual({
    platform: 'linux',
    version: '1.2.3',
    profiles: [{ id: 'local', name: 'This computer', colour: 'gray', production: false, engine: { kind: 'embedded' } }],
    activeProfile: 'local',
    embeddedProblem: null,
    preferences: { language: 'zh', theme: 'system', notifications: true },
  });
});

test('remembers profiles and preferences', () => {
  const first = open();
  first.save(PRODUCTION);
  first.activate('prod');
  first.prefer({ language: 'zh', theme: 'contrast', notifications: false });
  const second = open();
  expect(second.active).toEqual(PRODUCTION);
  expect(second.preferences).toEqual({ language: 'zh', theme: 'contrast', notifications: false });
  expect(shellStateSchema.safeParse(second.state).success).toBe(true);
});

test('forgets the profile of --engine with the end of the program', () => {
  const first = open();
  first.save(PRODUCTION);
  first.activate('prod');
  first.save(passingProfile('http://x:1'));
  first.activate('command-line');
  expect(first.active.engine).toEqual({ kind: 'remote', api: 'http://x:1' });
  const second = open();
  expect(second.state.profiles.map(({ id }) => id)).toEqual(['local', 'prod']);
  expect(second.active.id).toBe('prod');
});

test('changes and removes profiles, but not the one in use', () => {
  const store = open();
  store.save(PRODUCTION);
  store.save({ ...PRODUCTION, name: 'Prod' });
  expect(store.state.profiles.map(({ name }) => name)).toEqual(['This computer', 'Prod']);
  expect(() => store.save({ ...PRODUCTION, id: 'other', name: 'Prod' })).toThrow(/already/);
  expect(() => store.remove('local')).toThrow(/in use/);
  expect(() => store.activate('none')).toThrow(/no profile "none"/);
  store.remove('prod');
  expect(store.state.profiles).toHaveLength(1);
});

test.each([
  ['no JSON', '{'],
  ['something else', '{"profiles": 7}'],
  ['a profile with a stranger in it', JSON.stringify({ profiles: [{ ...PRODUCTION, password: 'x' }], active: 'prod' })],
])('opens with what it has by default when its file is %s, and puts that aside', (_name, text) => {
  writeFileSync(join(folder, 'profiles.json'), text);
  expect(open().active.id).toBe('local');
  expect(readFileSync(join(folder, 'profiles.json.unreadable'), 'utf8')).toBe(text);
});

test('an active profile that is gone is no reason not to open', () => {
  writeFileSync(join(folder, 'profiles.json'), JSON.stringify({ profiles: [PRODUCTION], active: 'gone' }));
  expect(open().active.id).toBe('prod');
  writeFileSync(join(folder, 'profiles.json'), JSON.stringify({ profiles: [], active: 'gone' }));
  expect(open().active.id).toBe('local');
});

test('writes files that only their owner reads, whole or not at all', () => {
  open().save(PRODUCTION);
  expect(existsSync(join(folder, `profiles.json.${process.pid}.new`))).toBe(false);
  expect(JSON.parse(readFileSync(join(folder, 'profiles.json'), 'utf8'))).toMatchObject({ active: 'local' });
});
