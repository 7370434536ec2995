import type { ShellCommand } from '../../../shared/contract/console/bridge.ts';
import type { Preferences } from '../../../shared/contract/console/shell.ts';
import { type ShellTexts, textsOf } from './texts/index.ts';

/** What an item does. */
export type MenuAction =
  | { readonly do: 'command'; readonly command: ShellCommand }
  | { readonly do: 'go'; readonly to: string }
  | { readonly do: 'prefer'; readonly preferences: Partial<Preferences> }
  | { readonly do: 'open-recovery' | 'import-configuration' | 'documentation' | 'update' | 'data-folder' };

/** What Electron does by itself. */
export type MenuRole =
  | 'about'
  | 'hide'
  | 'hideOthers'
  | 'unhide'
  | 'quit'
  | 'undo'
  | 'redo'
  | 'cut'
  | 'copy'
  | 'paste'
  | 'selectAll'
  | 'resetZoom'
  | 'zoomIn'
  | 'zoomOut'
  | 'togglefullscreen'
  | 'toggleDevTools'
  | 'close'
  | 'windowMenu';

export type MenuItem =
  | { readonly type: 'separator' }
  | { readonly type: 'role'; readonly role: MenuRole; readonly label?: string; readonly accelerator?: string }
  | {
      readonly type: 'action';
      readonly id: string;
      readonly label: string;
      readonly accelerator?: string;
      /** Left out for one that is neither on nor off. */
      readonly checked?: boolean;
      readonly choice?: 'radio' | 'checkbox';
      readonly action: MenuAction;
    }
  | { readonly type: 'menu'; readonly id: string; readonly label: string; readonly items: readonly MenuItem[] };

export interface MenuFacts {
  readonly platform: NodeJS.Platform;
  readonly preferences: Preferences;
}

const SEPARATOR: MenuItem = { type: 'separator' };

/** The native menu. Every item of it can also be reached in the page. */
export function menuModel({ platform, preferences }: MenuFacts): readonly MenuItem[] {
  const texts = textsOf(preferences.language);
  const mac = platform === 'darwin';
  return [
    ...(mac ? [appMenu(texts)] : []),
    fileMenu(texts, mac),
    editMenu(texts),
    viewMenu(texts, preferences),
    goMenu(texts),
    ...(mac ? [{ type: 'role', role: 'windowMenu' } as const] : []),
    helpMenu(texts, mac),
  ];
}

function appMenu({ app, file }: ShellTexts): MenuItem {
  const items: MenuItem[] = [
    command('about', app.about, 'about'),
    SEPARATOR,
    command('settings', file.settings, 'settings', 'Cmd+,'),
    SEPARATOR,
    role('hide'),
    role('hideOthers'),
    role('unhide'),
    SEPARATOR,
    role('quit', app.quit),
  ];
  return { type: 'menu', id: 'app', label: 'Baton', items };
}

function fileMenu({ app, file }: ShellTexts, mac: boolean): MenuItem {
  const items: MenuItem[] = [
    goTo('connect', file.connect, '/settings', 'CmdOrCtrl+Shift+C'),
    command('discover', file.discover, 'discover', 'CmdOrCtrl+D'),
    SEPARATOR,
    {
      type: 'action',
      id: 'open-recovery',
      label: file.openRecovery,
      accelerator: 'CmdOrCtrl+O',
      action: { do: 'open-recovery' },
    },
    { type: 'action', id: 'import', label: file.importConfiguration, action: { do: 'import-configuration' } },
    SEPARATOR,
    ...(mac ? [] : [command('settings', file.settings, 'settings', 'Ctrl+,'), SEPARATOR]),
    role('close', file.close),
    ...(mac ? [] : [role('quit', app.quit, 'Ctrl+Q')]),
  ];
  return { type: 'menu', id: 'file', label: file.title, items };
}

function editMenu({ edit }: ShellTexts): MenuItem {
  const items: MenuItem[] = [
    role('undo', edit.undo),
    role('redo', edit.redo),
    SEPARATOR,
    role('cut', edit.cut),
    role('copy', edit.copy),
    role('paste', edit.paste),
    role('selectAll', edit.selectAll),
    SEPARATOR,
    command('search', edit.find, 'search', 'CmdOrCtrl+F'),
  ];
  return { type: 'menu', id: 'edit', label: edit.title, items };
}

function viewMenu({ view }: ShellTexts, preferences: Preferences): MenuItem {
  const themes = (['system', 'light', 'dark', 'contrast'] as const).map((theme) =>
    choice(`theme-${theme}`, view.themes[theme], preferences.theme === theme, { theme }),
  );
  const languages = [
    choice('language-en', 'English', preferences.language === 'en', { language: 'en' }),
    choice('language-zh', '简体中文', preferences.language === 'zh', { language: 'zh' }),
  ];
  const items: MenuItem[] = [
    command('refresh', view.refresh, 'refresh', 'CmdOrCtrl+R'),
    command('fit', view.fit, 'fit', 'CmdOrCtrl+Shift+F'),
    SEPARATOR,
    { type: 'menu', id: 'theme', label: view.theme, items: themes },
    { type: 'menu', id: 'language', label: view.language, items: languages },
    command('anonymize', view.anonymize, 'anonymize', 'CmdOrCtrl+Shift+A'),
    {
      type: 'action',
      id: 'notifications',
      label: view.notifications,
      choice: 'checkbox',
      checked: preferences.notifications,
      action: { do: 'prefer', preferences: { notifications: !preferences.notifications } },
    },
    SEPARATOR,
    role('resetZoom', view.actualSize),
    role('zoomIn', view.zoomIn),
    role('zoomOut', view.zoomOut),
    SEPARATOR,
    role('togglefullscreen', view.fullScreen),
    role('toggleDevTools', view.developerTools),
  ];
  return { type: 'menu', id: 'view', label: view.title, items };
}

/** In the order of the accelerators. */
const PAGES = ['clusters', 'problems', 'analysis', 'detections', 'recoveries', 'readiness', 'audit', 'status'] as const;

function goMenu({ go }: ShellTexts): MenuItem {
  const pages = PAGES.map((page, index) => goTo(`go-${page}`, go[page], `/${page}`, `CmdOrCtrl+${index + 1}`));
  const items = [command('palette', go.palette, 'palette', 'CmdOrCtrl+K'), SEPARATOR, ...pages];
  return { type: 'menu', id: 'go', label: go.title, items };
}

function helpMenu({ app, help }: ShellTexts, mac: boolean): MenuItem {
  const items: MenuItem[] = [
    {
      type: 'action',
      id: 'documentation',
      label: help.documentation,
      accelerator: 'F1',
      action: { do: 'documentation' },
    },
    { type: 'action', id: 'data-folder', label: help.dataFolder, action: { do: 'data-folder' } },
    { type: 'action', id: 'update', label: help.update, action: { do: 'update' } },
    ...(mac ? [] : [SEPARATOR, command('about', app.about, 'about')]),
  ];
  return { type: 'menu', id: 'help', label: help.title, items };
}

function command(id: string, label: string, name: ShellCommand, accelerator?: string): MenuItem {
  return action(id, label, { do: 'command', command: name }, accelerator);
}

function goTo(id: string, label: string, to: string, accelerator?: string): MenuItem {
  return action(id, label, { do: 'go', to }, accelerator);
}

function action(id: string, label: string, what: MenuAction, accelerator?: string): MenuItem {
  return { type: 'action', id, label, ...(accelerator === undefined ? {} : { accelerator }), action: what };
}

function choice(id: string, label: string, checked: boolean, preferences: Partial<Preferences>): MenuItem {
  return { type: 'action', id, label, choice: 'radio', checked, action: { do: 'prefer', preferences } };
}

function role(name: MenuRole, label?: string, accelerator?: string): MenuItem {
  return {
    type: 'role',
    role: name,
    ...(label === undefined ? {} : { label }),
    ...(accelerator === undefined ? {} : { accelerator }),
  };
}
