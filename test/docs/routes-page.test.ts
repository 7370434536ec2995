import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { routesPage } from '../../scripts/routes-doc.ts';

it('keeps docs/routes.md true: run scripts/routes-doc.ts after a change of a table of routes', () => {
  expect(readFileSync(new URL('../../docs/routes.md', import.meta.url), 'utf8')).toBe(routesPage());
});
