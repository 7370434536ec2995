import { spotlight } from '@mantine/spotlight';
import type { ShellCommand, ShellEvent } from '../../shared/contract/console/bridge.ts';
import { useOpenedFile } from '../stores/opened-file.ts';
import { setPreferences, type Theme, usePreferences } from '../stores/preferences.ts';
import { takeShellState } from '../stores/shell-store.ts';
import { go } from './route.ts';

const NEXT_THEME: Readonly<Record<Theme, Theme>> = {
  system: 'light',
  light: 'dark',
  dark: 'contrast',
  contrast: 'system',
};

/** What the native menu, a notification, a link or a file tells the page. */
export function onShellEvent(event: ShellEvent): void {
  switch (event.type) {
    case 'go':
      window.location.hash = event.to;
      return;
    case 'command':
      runCommand(event.command);
      return;
    case 'state':
      takeShellState(event.state);
      return;
    case 'recovery-file':
      useOpenedFile.setState({ file: { name: event.name, bytes: event.bytes } });
      go('replay');
  }
}

function runCommand(command: ShellCommand): void {
  const { theme, language, anonymize } = usePreferences.getState();
  switch (command) {
    case 'palette':
    case 'search':
      spotlight.open();
      return;
    case 'discover':
      go('discovery');
      return;
    case 'settings':
      go('settings');
      return;
    case 'about':
      go('about');
      return;
    case 'anonymize':
      setPreferences({ anonymize: !anonymize });
      return;
    case 'theme':
      setPreferences({ theme: NEXT_THEME[theme] });
      return;
    case 'language':
      setPreferences({ language: language === 'en' ? 'zh' : 'en' });
      return;
    case 'fit':
    case 'refresh':
      // The page that is shown knows what is meant.
      window.dispatchEvent(new CustomEvent(`baton:${command}`));
  }
}
