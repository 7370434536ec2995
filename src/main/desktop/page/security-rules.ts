/** What the rules look at: the shell's own options and decisions, asked as Electron asks them. */
export interface SecurityFacts {
  readonly pageUrl: string;
  readonly webPreferences: Readonly<Record<string, unknown>>;
  readonly contentSecurityPolicy: string;
  readonly mayNavigate: (url: string) => boolean;
  readonly mayHave: (permission: string, url: string) => boolean;
  readonly mayRequest: (url: string) => boolean;
  readonly isOwnSender: (frame: { readonly url: string; readonly isTop: boolean } | null) => boolean;
  readonly externalTarget: (url: string) => string | null;
  /** What happens to every new window that a page asks for. */
  readonly newWindow: string;
  readonly fuses: Readonly<Record<string, boolean>>;
  /** Names that the preload script puts into the page's world. */
  readonly exposed: readonly string[];
  /** Of the Electron that is shipped. */
  readonly electronVersion: string;
}

/** A rule of the security tutorial of Electron's documentation, by its number there. */
export interface SecurityRule {
  readonly item: number;
  readonly rule: string;
  /** What is wrong; empty when the rule holds. */
  readonly violations: (facts: SecurityFacts) => readonly string[];
}

const FOREIGN = [
  'https://example.com/',
  'http://127.0.0.1/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'baton://console/index.html',
];
/** As of Electron 45; all but one are asked for by pages that are not this one. */
const PERMISSIONS = [
  'clipboard-read',
  'display-capture',
  'mediaKeySystem',
  'geolocation',
  'notifications',
  'midi',
  'midiSysex',
  'pointerLock',
  'keyboardLock',
  'fullscreen',
  'openExternal',
  'speaker-selection',
  'storage-access',
  'top-level-storage-access',
  'window-management',
  'media',
  'fileSystem',
  'hid',
  'serial',
  'usb',
  'unknown',
];
/** Electron supports its three latest majors; older ones get no security fixes. */
const OLDEST_ELECTRON = 43;

export const SECURITY_RULES: readonly SecurityRule[] = [
  {
    item: 1,
    rule: 'Only secure content is loaded',
    violations: ({ mayRequest, pageUrl }) => [
      ...['http://example.com/x.js', 'https://example.com/x.js', 'ws://example.com/', 'file:///etc/passwd']
        .filter(mayRequest)
        .map((url) => `${url} may be loaded`),
      ...(mayRequest(pageUrl) ? [] : ['the page itself may not be loaded']),
    ],
  },
  {
    item: 2,
    rule: 'No Node in the page',
    violations: ({ webPreferences }) =>
      ['nodeIntegration', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames'].flatMap(
        mustBe(webPreferences, false),
      ),
  },
  {
    item: 3,
    rule: 'Context isolation',
    violations: ({ webPreferences }) => mustBe(webPreferences, true)('contextIsolation'),
  },
  {
    item: 4,
    rule: 'The page runs in a sandbox',
    violations: ({ webPreferences }) => mustBe(webPreferences, true)('sandbox'),
  },
  {
    item: 5,
    rule: 'Requests for permissions are denied',
    violations: ({ mayHave, pageUrl }) => [
      ...PERMISSIONS.filter((permission) => mayHave(permission, pageUrl)).map(
        (permission) => `${permission} is granted`,
      ),
      ...(mayHave('clipboard-sanitized-write', 'https://example.com/') ? ['another page may write the clipboard'] : []),
    ],
  },
  {
    item: 6,
    rule: 'Web security is on',
    violations: ({ webPreferences }) => mustBe(webPreferences, true)('webSecurity'),
  },
  { item: 7, rule: 'A strict content security policy', violations: policyViolations },
  {
    item: 8,
    rule: 'No insecure content in a secure page',
    violations: ({ webPreferences }) => mustBe(webPreferences, false)('allowRunningInsecureContent'),
  },
  {
    item: 9,
    rule: 'No experimental features',
    violations: ({ webPreferences }) => mustBe(webPreferences, false)('experimentalFeatures'),
  },
  {
    item: 10,
    rule: 'No features of Blink switched on',
    violations: ({ webPreferences }) => ('enableBlinkFeatures' in webPreferences ? ['enableBlinkFeatures is set'] : []),
  },
  {
    item: 11,
    rule: 'No webviews, hence none with pop-ups or options to verify (item 12)',
    violations: ({ webPreferences }) => mustBe(webPreferences, false)('webviewTag'),
  },
  {
    item: 13,
    rule: 'No navigation',
    violations: ({ mayNavigate, pageUrl }) => [
      ...[...FOREIGN, `${pageUrl}/../other.html`].filter(mayNavigate).map((url) => `the page may go to ${url}`),
      ...(mayNavigate(pageUrl) ? [] : ['the page may not be loaded again']),
    ],
  },
  {
    item: 14,
    rule: 'No new windows',
    violations: ({ newWindow }) => (newWindow === 'deny' ? [] : [`a new window is answered with "${newWindow}"`]),
  },
  {
    item: 15,
    rule: 'Only known addresses are opened in other programs',
    violations: ({ externalTarget }) =>
      [
        ...FOREIGN,
        'smb://host/share',
        'http://dev.mysql.com/',
        'https://dev.mysql.com.example.com/',
        'https://u:p@dev.mysql.com/',
      ]
        .filter((url) => externalTarget(url) !== null)
        .map((url) => `${url} is opened`),
  },
  {
    item: 16,
    rule: 'A supported Electron',
    violations: ({ electronVersion }) =>
      Number(electronVersion.split('.')[0]) >= OLDEST_ELECTRON
        ? []
        : [`Electron ${electronVersion} gets no security fixes`],
  },
  {
    item: 17,
    rule: 'The sender of every message is checked',
    violations: ({ isOwnSender, pageUrl }) => [
      ...FOREIGN.filter((url) => isOwnSender({ url, isTop: true })).map((url) => `${url} may send`),
      ...(isOwnSender({ url: pageUrl, isTop: false }) ? ['a frame in the page may send'] : []),
      ...(isOwnSender(null) ? ['a frame that is gone may send'] : []),
      ...(isOwnSender({ url: pageUrl, isTop: true }) ? [] : ['the page itself may not send']),
    ],
  },
  {
    item: 18,
    rule: 'A scheme of its own instead of file:',
    violations: ({ pageUrl }) => (/^(file|https?|data|blob):/.test(pageUrl) ? [`the page comes from ${pageUrl}`] : []),
  },
  { item: 19, rule: 'Fuses are set', violations: fuseViolations },
  {
    item: 20,
    rule: 'Nothing of Electron is given to the page',
    violations: ({ exposed }) => exposed.filter((name) => name !== 'baton').map((name) => `window.${name} is exposed`),
  },
];

/** Every violation, with its rule; none when all hold. */
export function securityViolations(facts: SecurityFacts): readonly string[] {
  return SECURITY_RULES.flatMap(({ item, rule, violations }) =>
    violations(facts).map((what) => `${item}. ${rule}: ${what}.`),
  );
}

function mustBe(options: Readonly<Record<string, unknown>>, wanted: boolean): (name: string) => readonly string[] {
  return (name) => (options[name] === wanted ? [] : [`${name} is ${String(options[name])}`]);
}

function policyViolations({ contentSecurityPolicy }: SecurityFacts): readonly string[] {
  const directives = new Map(
    contentSecurityPolicy.split(';').map((one) => {
      const [name = '', ...sources] = one.trim().split(/\s+/);
      return [name, sources.join(' ')] as const;
    }),
  );
  const wanted: Readonly<Record<string, string>> = {
    'default-src': "'none'",
    'script-src': "'self'",
    'connect-src': "'none'",
    'object-src': "'none'",
    'frame-src': "'none'",
    'worker-src': "'none'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  };
  const wrong = Object.entries(wanted).flatMap(([name, sources]) =>
    directives.get(name) === sources ? [] : [`${name} is ${directives.get(name) ?? 'missing'}`],
  );
  const loose = [...directives].filter(([, sources]) => /\*|https?:|wss?:|unsafe-eval|wasm-unsafe-eval/.test(sources));
  return [...wrong, ...loose.map(([name, sources]) => `${name} allows ${sources}`)];
}

/** By the names of @electron/fuses. */
const WANTED_FUSES: Readonly<Record<string, boolean>> = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  GrantFileProtocolExtraPrivileges: false,
};

function fuseViolations({ fuses }: SecurityFacts): readonly string[] {
  return Object.entries(WANTED_FUSES).flatMap(([name, wanted]) =>
    fuses[name] === wanted ? [] : [`${name} is ${String(fuses[name])}`],
  );
}
