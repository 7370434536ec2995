import { expect, test } from 'vitest';
import { PAGE_URL, pageFile } from '../../../src/main/desktop/page/own-page.ts';

const FOLDER = '/opt/baton/out/renderer';

test('serves the page and what lies beside it', () => {
  expect(pageFile(FOLDER, PAGE_URL)?.path).toBe(`${FOLDER}/index.html`);
  expect(pageFile(FOLDER, 'baton-console://console/assets/a.js?v=1')).toMatchObject({
    path: `${FOLDER}/assets/a.js`,
    headers: { 'Content-Type': 'text/javascript; charset=utf-8' },
  });
});

test.each([
  ['the parent folder, slash encoded', 'baton-console://console/..%2fmain%2findex.js'],
  ['a folder whose name begins alike', 'baton-console://console/..%2frenderer-other%2fa.js'],
  ['a zero byte', 'baton-console://console/a%00.js'],
  ['a broken escape', 'baton-console://console/%zz.js'],
  ['an unknown kind of file', 'baton-console://console/index.map'],
  ['a folder', 'baton-console://console/'],
  ['another host', 'baton-console://other/index.html'],
  ['another scheme', 'file:///opt/baton/out/renderer/index.html'],
])('has nothing for %s', (_name, url) => {
  expect(pageFile(FOLDER, url)).toBeNull();
});

test.each([
  ['two dots', 'baton-console://console/../main/index.js'],
  ['encoded dots', 'baton-console://console/%2e%2e/main/index.js'],
  ['backslashes', 'baton-console://console/..%5c..%5cmain.js'],
])('%s lead to no file outside the folder', (_name, url) => {
  expect(pageFile(FOLDER, url)?.path ?? `${FOLDER}/`).toMatch(/^\/opt\/baton\/out\/renderer\//);
});

test('every file comes with a policy that lets the page run its own scripts and reach nothing', () => {
  const policy = pageFile(FOLDER, PAGE_URL)?.headers['Content-Security-Policy'] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toMatch(/unsafe-eval|\*|https?:/);
});
