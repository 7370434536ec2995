import { Menu, type MenuItemConstructorOptions } from 'electron';
import { type MenuAction, type MenuFacts, type MenuItem, menuModel } from './shell/menu-model.ts';

/** Shows the native menu. @param perform what is called for an item that was chosen */
export function setMenu(facts: MenuFacts, perform: (action: MenuAction) => void): void {
  const template = menuModel(facts).map((item) => optionsOf(item, perform));
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function optionsOf(item: MenuItem, perform: (action: MenuAction) => void): MenuItemConstructorOptions {
  switch (item.type) {
    case 'separator':
      return { type: 'separator' };
    case 'role': {
      const { type, ...options } = item;
      return options;
    }
    case 'menu':
      return { id: item.id, label: item.label, submenu: item.items.map((one) => optionsOf(one, perform)) };
    case 'action': {
      const { id, label, accelerator, choice, checked, action } = item;
      return {
        id,
        label,
        ...(accelerator === undefined ? {} : { accelerator }),
        ...(choice === undefined ? {} : { type: choice, checked: checked === true }),
        click: () => perform(action),
      };
    }
  }
}
