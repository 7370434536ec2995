import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CONTENT_SECURITY_POLICY, PAGE_URL } from '../../../src/main/desktop/page/own-page.ts';
import {
  externalTarget,
  isOwnSender,
  mayHave,
  mayNavigate,
  mayRequest,
  WEB_PREFERENCES,
} from '../../../src/main/desktop/page/page-rules.ts';
import {
  SECURITY_RULES,
  type SecurityFacts,
  securityViolations,
} from '../../../src/main/desktop/page/security-rules.ts';

const text = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const json = (path: string): Record<string, unknown> => JSON.parse(text(path)) as Record<string, unknown>;

/** The program's own, as it ships. */
const FACTS: SecurityFacts = {
  pageUrl: PAGE_URL,
  webPreferences: WEB_PREFERENCES,
  contentSecurityPolicy: CONTENT_SECURITY_POLICY,
  mayNavigate,
  mayHave,
  mayRequest,
  isOwnSender,
  externalTarget,
  newWindow: [...text('src/main/desktop/lock-down.ts').matchAll(/action: '(\w+)'/g)]
    .map(([, action]) => action)
    .join(' '),
  fuses: json('build/fuses.json') as Record<string, boolean>,
  exposed: [...text('src/preload/index.ts').matchAll(/exposeIn\w+World\(\s*'(\w+)'/g)].map(([, name]) => name ?? ''),
  electronVersion: (json('package.json').devDependencies as Record<string, string>).electron ?? '',
};

/** Each rule, switched off in one way after another: the check has to notice. */
const SWITCHED_OFF: readonly (readonly [item: number, how: string, change: Partial<SecurityFacts>])[] = [
  [1, 'anything may be loaded', { mayRequest: () => true }],
  [1, 'nothing may be loaded', { mayRequest: () => false }],
  [2, 'Node in the page', preferences({ nodeIntegration: true })],
  [2, 'Node in workers', preferences({ nodeIntegrationInWorker: true })],
  [2, 'Node in frames', preferences({ nodeIntegrationInSubFrames: true })],
  [3, 'no context isolation', preferences({ contextIsolation: false })],
  [4, 'no sandbox', preferences({ sandbox: false })],
  [4, 'a sandbox that nobody asked for', preferences({ sandbox: undefined })],
  [5, 'everything is granted', { mayHave: () => true }],
  [5, 'the camera is granted', { mayHave: (permission) => permission === 'media' }],
  [5, 'to any page', { mayHave: (permission) => permission === 'clipboard-sanitized-write' }],
  [6, 'no web security', preferences({ webSecurity: false })],
  [7, 'no policy', { contentSecurityPolicy: '' }],
  [7, 'inline scripts', policy("script-src 'self'", "script-src 'self' 'unsafe-inline'")],
  [7, 'eval', policy("script-src 'self'", "script-src 'self' 'unsafe-eval'")],
  [7, 'the network', policy("connect-src 'none'", "connect-src 'self' https:")],
  [7, 'pictures from everywhere', policy("img-src 'self' data: blob:", 'img-src *')],
  [7, 'frames', policy("frame-src 'none'", "frame-src 'self'")],
  [7, 'another base', policy("; base-uri 'none'", '')],
  [8, 'insecure content', preferences({ allowRunningInsecureContent: true })],
  [9, 'experiments', preferences({ experimentalFeatures: true })],
  [10, 'features of Blink', preferences({ enableBlinkFeatures: 'X' })],
  [11, 'webviews', preferences({ webviewTag: true })],
  [13, 'navigation', { mayNavigate: () => true }],
  [13, 'navigation within the scheme', { mayNavigate: (url) => url.startsWith('baton-console://') }],
  [13, 'no reload', { mayNavigate: () => false }],
  [14, 'new windows', { newWindow: 'allow' }],
  [14, 'new windows now and then', { newWindow: 'deny allow' }],
  [15, 'anything opens outside', { externalTarget: (url) => url }],
  [15, 'whatever ends like a known host', { externalTarget: (url) => (/dev\.mysql\.com/.test(url) ? url : null) }],
  [16, 'an old Electron', { electronVersion: '25.1.1' }],
  [17, 'any sender', { isOwnSender: () => true }],
  [17, 'frames of the page', { isOwnSender: (frame) => frame?.url === PAGE_URL }],
  [17, 'no sender at all', { isOwnSender: () => false }],
  [18, 'the file: scheme', { pageUrl: 'file:///opt/baton/index.html' }],
  [19, 'no fuses', { fuses: {} }],
  ...Object.keys(FACTS.fuses)
    .filter((name) => name !== 'LoadBrowserProcessSpecificV8Snapshot')
    .map((name) => [19, name, { fuses: { ...FACTS.fuses, [name]: !FACTS.fuses[name] } }] as const),
  [20, 'Electron in the page', { exposed: ['baton', 'electron'] }],
];

function preferences(change: Record<string, unknown>): Partial<SecurityFacts> {
  return { webPreferences: { ...WEB_PREFERENCES, ...change } };
}

function policy(from: string, to: string): Partial<SecurityFacts> {
  return { contentSecurityPolicy: CONTENT_SECURITY_POLICY.replace(from, to) };
}

test('the program keeps every rule of the Electron security list', () => {
  expect(securityViolations(FACTS)).toEqual([]);
});

test('the program gives the check something to look at', () => {
  expect(FACTS.newWindow).toBe('deny');
  expect(FACTS.exposed).toEqual(['baton']);
  expect(FACTS.electronVersion).toMatch(/^\d+\./);
});

test.each(SWITCHED_OFF)('rule %i is found broken by: %s', (item, _how, change) => {
  const broken = securityViolations({ ...FACTS, ...change });
  expect(broken.map((one) => Number.parseInt(one, 10))).toContain(item);
});

test('every rule is switched off at least once', () => {
  const tried = new Set(SWITCHED_OFF.map(([item]) => item));
  expect(SECURITY_RULES.map(({ item }) => item).filter((item) => !tried.has(item))).toEqual([]);
});

test.each([
  ['https://dev.mysql.com/doc/refman/8.4/en/replication.html', true],
  ['https://mariadb.com/kb/en/gtid/', true],
  ['https://dev.mysql.com:8443/', false],
  ['https://evil.example/https://dev.mysql.com/', false],
  ['not a url', false],
])('a link to %s', (url, opened) => {
  expect(externalTarget(url) !== null).toBe(opened);
});
