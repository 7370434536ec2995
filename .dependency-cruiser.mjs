// Who may import whom. Type-only imports count: a type that leaks is knowledge that leaks.
// Each rule says why it is there; change the reason before changing the rule.

const ELECTRON = '^electron$|^node_modules/electron/';
const NPM = '^node_modules/';

/** For each folder of the core the other folders of it that it may import. What isn't named here has no place yet. */
const CORE_ORDER = {
  gtid: [],
  topology: ['gtid'],
  analysis: ['gtid', 'topology'],
  candidates: ['gtid', 'topology'],
  policy: ['gtid', 'topology', 'commands'],
  sagas: ['gtid', 'topology', 'analysis', 'candidates', 'policy'],
  operations: ['gtid', 'topology', 'analysis', 'candidates', 'policy', 'sagas'],
  recoveries: ['gtid', 'topology', 'analysis', 'candidates', 'policy', 'sagas', 'operations'],
  takeover: ['gtid', 'topology', 'analysis', 'candidates', 'policy', 'sagas', 'operations', 'recoveries'],
  routines: ['gtid', 'topology', 'analysis', 'candidates', 'policy', 'sagas', 'operations', 'recoveries', 'takeover'],
  'dry-run': ['gtid', 'topology', 'analysis', 'candidates', 'policy', 'sagas', 'routines'],
  replay: ['gtid', 'topology', 'analysis', 'candidates', 'policy', 'sagas', 'routines', 'dry-run'],
  'drop-targets': ['gtid', 'topology', 'sagas', 'routines', 'dry-run'],
  readiness: ['gtid', 'topology', 'analysis', 'candidates', 'policy', 'sagas', 'recoveries', 'routines', 'dry-run'],
  kv: ['gtid', 'topology'],
  commands: [],
  raft: [],
  'recovery-hooks': [],
};

const coreOrder = Object.entries(CORE_ORDER).map(([folder, below]) => ({
  name: `core-order-${folder}`,
  comment:
    'Decisions build on each other in one direction: GTIDs, topology, the judgements over it, the sagas that act on ' +
    'them, what starts them by name, dry runs, replay, readiness. The commands stand apart, since peers must apply them alike whatever they have judged; only the ' +
    'policy reads their state, for the downtimes and blocks that were agreed on.',
  severity: 'error',
  from: { path: `^src/main/core/${folder}/` },
  to: { path: '^src/main/core/', pathNot: `^src/main/core/(${[folder, ...below].join('|')})/` },
}));

const layers = [
  {
    name: 'shared-imports-nothing',
    comment:
      'Everyone imports shared, the page in its sandbox included, so it can carry nothing but the schema library.',
    severity: 'error',
    from: { path: '^src/shared/' },
    to: { pathNot: '^src/shared/|^node_modules/zod/' },
  },
  {
    name: 'domain-imports-nothing',
    comment:
      'The vocabulary and the errors are plain types and constants: the core is built from them and from nothing else.',
    severity: 'error',
    from: { path: '^src/shared/(domain|errors)/' },
    to: { pathNot: '^src/shared/(domain|errors)/' },
  },
  {
    name: 'core-is-pure',
    comment:
      'What decides must be able to decide again, elsewhere and later, from the same inputs: dry run, replay and ' +
      'simulation rest on it. So no Node built-ins, no packages, no outer folder.',
    severity: 'error',
    from: { path: '^src/main/core/' },
    to: { pathNot: '^src/main/core/|^src/shared/(domain|errors)/' },
  },
  ...coreOrder,
  {
    name: 'core-order-complete',
    comment: 'A new folder of the core is given its place in the order before anything depends on it.',
    severity: 'error',
    from: {},
    to: { path: '^src/main/core/', pathNot: `^src/main/core/(${Object.keys(CORE_ORDER).join('|')})/` },
  },
  {
    name: 'engine-knows-no-adapter',
    comment:
      'The engine reaches the world through its ports only; then tests and the simulator can stand in for any neighbour.',
    severity: 'error',
    from: { path: '^src/main/engine/' },
    to: { pathNot: '^src/main/(engine|core)/|^src/shared/' },
  },
  {
    name: 'adapters-do-not-meet',
    comment:
      'A neighbour can be replaced or tested alone when no other adapter leans on it; they meet in the composition.',
    severity: 'error',
    from: { path: '^src/main/adapters/([^/]+)/' },
    to: { path: '^src/main/adapters/', pathNot: '^src/main/adapters/$1/' },
  },
  {
    name: 'adapters-know-only-the-ports',
    comment:
      'An adapter implements a port or serves the services; the inside of the engine can then change without it.',
    severity: 'error',
    from: { path: '^src/main/adapters/' },
    to: { path: '^src/main/', pathNot: '^src/main/(adapters|core|engine/(ports|services))/' },
  },
  {
    name: 'only-doors-call-services',
    comment:
      'The services are what the doors open to; an adapter that calls them instead of being called turns the direction round.',
    severity: 'error',
    from: { path: '^src/main/adapters/', pathNot: '^src/main/adapters/(http|ipc)/' },
    to: { path: '^src/main/engine/services/' },
  },
  {
    name: 'electron-only-in-desktop',
    comment: 'One engine, two forms: on a server there is no Electron to import.',
    severity: 'error',
    from: { pathNot: '^src/main/desktop/|^src/preload/|^test/desktop/' },
    to: { path: ELECTRON },
  },
  {
    name: 'headless-has-no-electron',
    comment: 'Nor may a server reach it round a corner.',
    severity: 'error',
    from: { path: '^src/main/(headless|cli|engine|adapters|core)/|^src/main/compose(-credentials)?\\.ts$' },
    to: { path: `${ELECTRON}|^src/main/desktop/`, reachable: true },
  },
  {
    name: 'cli-speaks-http',
    comment:
      'Every command works against any engine, near or far, because none has a shorter way in. The exceptions are ' +
      '`baton serve`, which is the engine, `baton replay`, `baton config` and `baton credentials`, which need none, and `baton access-token`, ' +
      'which goes by who may write the data.',
    severity: 'error',
    from: { path: '^src/main/cli/' },
    to: {
      path: '^src/main/',
      pathNot:
        '^src/main/(cli/|client/|headless/(serve|access-token|replay|configuration|credentials|import-configuration)\\.ts$|version\\.ts$)',
    },
  },
  {
    name: 'only-serve-starts-an-engine',
    comment: 'Commands that only ask must start fast and can not by accident run an engine of their own.',
    severity: 'error',
    from: { path: '^src/main/cli/', pathNot: '^src/main/cli/(active|config|credentials)-commands\\.ts$' },
    to: { path: '^src/main/headless/' },
  },
  {
    name: 'client-stands-alone',
    comment: 'Whoever talks to an engine elsewhere needs no engine of its own for that, nor the command line.',
    severity: 'error',
    from: { path: '^src/main/client/' },
    to: { path: '^src/main/', pathNot: '^src/main/client/' },
  },
  {
    name: 'desktop-only-composes',
    comment:
      'Windows, menus and the bridge: what the desktop form does, it does through the composition, the services or, ' +
      'attached to an engine elsewhere, the client that the command line has too. Of the headless form it has the ' +
      'import of a configuration.',
    severity: 'error',
    from: { path: '^src/main/(desktop/|index\\.ts$)' },
    to: {
      path: '^src/main/',
      pathNot:
        '^src/main/(desktop/|client/|compose(-credentials)?\\.ts$|home\\.ts$|version\\.ts$|adapters/|' +
        'engine/(ports|services)/|engine/credentials/session-secrets\\.ts$|headless/import-configuration\\.ts$)',
    },
  },
  {
    name: 'headless-only-composes',
    comment: 'As the desktop form: a server is settings, adapters and an engine put together, and no third thing.',
    severity: 'error',
    from: { path: '^src/main/headless/' },
    to: {
      path: '^src/main/',
      pathNot:
        '^src/main/(headless/|compose(-credentials)?\\.ts$|home\\.ts$|version\\.ts$|adapters/|engine/(ports|services)/)',
    },
  },
  {
    name: 'nobody-imports-the-forms',
    comment: 'The ways in are ends: whatever two of them share belongs further in.',
    severity: 'error',
    from: { path: '^src/', pathNot: '^src/main/(desktop/|headless/|cli/|index\\.ts$)' },
    to: { path: '^src/main/(desktop/|headless/|cli/|index\\.ts$)' },
  },
  {
    name: 'preload-is-thin',
    comment: 'The one place where a page and Electron touch stays small enough to be read in a minute.',
    severity: 'error',
    from: { path: '^src/preload/' },
    to: { pathNot: `^src/shared/|^src/preload/|${ELECTRON}` },
  },
  {
    name: 'renderer-knows-only-shared',
    comment: 'The page shows and asks; the same page also runs in a browser, far from the engine and without Node.',
    severity: 'error',
    from: { path: '^src/renderer/' },
    to: { path: `^src/|${ELECTRON}`, pathNot: '^src/(renderer|shared)/' },
  },
  {
    name: 'renderer-has-no-node',
    comment: 'There is no Node in a sandboxed page.',
    severity: 'error',
    from: { path: '^src/(renderer|shared)/' },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'no-code-imports-test',
    comment: 'Tests and the lab are no part of the product.',
    severity: 'error',
    from: { path: '^(src|bin)/' },
    to: { path: '^(test|scripts)/' },
  },
];

const hygiene = [
  {
    name: 'no-circular',
    comment: 'Of two modules in a circle neither can be understood, tested or loaded first.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment:
      'A module that nothing imports and that imports nothing is forgotten. Entries and configuration are found otherwise.',
    severity: 'error',
    from: { orphan: true, pathNot: '\\.test\\.ts$|\\.d\\.ts$|^scripts/[^/]+\\.mjs$|^bin/|^\\.dependency-cruiser' },
    to: {},
  },
  {
    name: 'not-to-dev-dep',
    comment: 'What runs at the user must be installed there. Electron is: the runtime provides it.',
    severity: 'error',
    from: { path: '^(src|bin)/', pathNot: '^src/renderer/' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: ELECTRON },
  },
  {
    name: 'not-to-undeclared',
    comment: 'A package that is there only because another one needs it can be gone tomorrow.',
    severity: 'error',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'not-to-unresolvable',
    comment: 'An import that leads nowhere is checked by no other rule.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];

export default {
  forbidden: [...layers, ...hygiene],
  options: {
    // TypeScript 7 has no parser that other programs can use.
    parser: 'swc',
    doNotFollow: { path: NPM },
    exclude: { path: '^(out|dist|coverage)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
    },
  },
};
