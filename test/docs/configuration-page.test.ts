import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { settingsPage } from '../../scripts/settings-doc.ts';

it('keeps docs/configuration.md true: run scripts/settings-doc.ts after a change of the settings table', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  expect(page).toBe(settingsPage());
});
