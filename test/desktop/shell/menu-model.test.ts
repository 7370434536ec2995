import { expect, test } from 'vitest';
import { type MenuItem, menuModel } from '../../../src/main/desktop/shell/menu-model.ts';
import { SHELL_COMMANDS } from '../../../src/shared/contract/console/bridge.ts';
import type { Preferences } from '../../../src/shared/contract/console/shell.ts';

const PREFERENCES: Preferences = { language: 'en', theme: 'dark', notifications: true };
const PLATFORMS = ['linux', 'darwin', 'win32'] as const;

function all(items: readonly MenuItem[]): readonly MenuItem[] {
  return items.flatMap((item) => (item.type === 'menu' ? [item, ...all(item.items)] : [item]));
}

const model = (platform: NodeJS.Platform, preferences = PREFERENCES) => all(menuModel({ platform, preferences }));

test.each(PLATFORMS)('on %s every key does one thing', (platform) => {
  const keys = model(platform).flatMap((item) => ('accelerator' in item ? [String(item.accelerator)] : []));
  const plain = keys.map((key) => key.replace('CmdOrCtrl', platform === 'darwin' ? 'Cmd' : 'Ctrl'));
  expect(new Set(plain).size).toBe(plain.length);
});

test.each(PLATFORMS)('on %s every item has a text and a name of its own', (platform) => {
  const items = model(platform).filter((item) => item.type === 'action' || item.type === 'menu');
  expect(items.filter(({ label }) => label.trim() === '')).toEqual([]);
  expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
});

test.each(PLATFORMS)(
  'on %s everything that the page can be told to do is there, but the two of its header',
  (platform) => {
    const told = model(platform).flatMap((item) =>
      item.type === 'action' && item.action.do === 'command' ? [item.action.command] : [],
    );
    expect([...new Set(told)].sort()).toEqual(
      SHELL_COMMANDS.filter((one) => one !== 'theme' && one !== 'language').sort(),
    );
  },
);

test('both languages have the same items', () => {
  const ids = (language: 'en' | 'zh') =>
    model('linux', { ...PREFERENCES, language }).map((item) => ('id' in item ? item.id : item.type));
  expect(ids('zh')).toEqual(ids('en'));
  const labels = model('linux', { ...PREFERENCES, language: 'zh' }).flatMap((item) =>
    item.type === 'menu' ? [item.label] : [],
  );
  expect(labels).toEqual(['文件', '编辑', '视图', '主题', '语言', '前往', '帮助']);
});

test('shows which theme and language hold', () => {
  const on = model('linux').flatMap((item) => (item.type === 'action' && item.checked ? [item.id] : []));
  expect(on).toEqual(['theme-dark', 'language-en', 'notifications']);
});
