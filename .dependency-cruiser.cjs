const edges = require('./.dependency-table.cjs');

/** What a module shows to others: its module, service, events and errors, and the port at its root. The rest is private. */
const frontDoor = ['\\.(module|service|events|errors)\\.ts$', '^src/modules/[^/]+/[^/]+\\.provider\\.ts$'];

const PAGE_DECORATORS = '^src/modules/page-access/page\\.decorators\\.ts$';

const ORM = ['node_modules/typeorm/', 'node_modules/@nestjs/typeorm/', 'node_modules/(@types/)?pg/'];
const HTTP = ['\\.(controller|dto|guard|filter|interceptor|decorators)\\.ts$', 'node_modules/@?fastify/'];

const folder = (name) => `^src/${name}/`;

const tableRules = Object.entries(edges).map(([name, allowed]) => ({
  name: `table:${name}`,
  comment: `src/${name} may import only: itself${allowed.map((use) => `, ${use}`).join('')}.`,
  from: { path: folder(name) },
  to: { path: '^src/', pathNot: [name, ...allowed].map(folder) },
}));

const rules = [
  ...tableRules,
  {
    name: 'every-folder-is-in-the-table',
    comment: 'A new module or part of the platform gets its line in the table above first.',
    from: { path: '^src/.+/', pathNot: Object.keys(edges).map(folder) },
    to: {},
  },
  {
    name: 'tracing-sdk-only-where-it-is-loaded',
    comment: 'Without a collector the SDK of OpenTelemetry is not loaded: only its adapter names it.',
    from: { path: '^src/', pathNot: '^src/platform/tracing/sdk/' },
    to: { path: 'node_modules/@opentelemetry/' },
  },
  {
    name: 'tracing-sdk-by-dynamic-import',
    comment: 'And its adapter is loaded when there is a collector.',
    from: { path: '^src/', pathNot: ['^src/platform/tracing/sdk/'] },
    to: { path: '^src/platform/tracing/sdk/', dynamic: false },
  },
  {
    name: 'no-circular',
    comment: 'Type-only cycles count too.',
    from: { path: '^src/' },
    to: { circular: true },
  },
  {
    name: 'front-door-only',
    comment: 'Another module is used through its module, service, events, errors or provider port.',
    from: { path: '^src/modules/([^/]+)/', pathNot: '\\.(entity|controller|dto)\\.ts$' },
    to: { path: '^src/modules/', pathNot: ['^src/modules/$1/', ...frontDoor] },
  },
  {
    name: 'front-door-and-shapes-only',
    comment: 'The edge of a module may also name a DTO of a lower one, and what makes a controller one of pages.',
    from: { path: '^src/modules/([^/]+)/.+\\.(controller|dto)\\.ts$' },
    to: { path: '^src/modules/', pathNot: ['^src/modules/$1/', '\\.dto\\.ts$', PAGE_DECORATORS, ...frontDoor] },
  },
  {
    name: 'entity-to-entity-only',
    comment: 'An entity may name an entity of a lower module for its foreign key, and nothing else of it.',
    from: { path: '^src/modules/([^/]+)/.+\\.entity\\.ts$' },
    to: { path: '^src/modules/', pathNot: ['^src/modules/$1/', '\\.entity\\.ts$'] },
  },
  {
    name: 'entity-knows-no-behaviour',
    comment: 'An entity describes a row; it imports entities, plain files and the ORM.',
    from: { path: '\\.entity\\.ts$' },
    to: { path: '^src/.+\\.(service|module|job|provider)\\.ts$' },
  },
  {
    name: 'http-stays-at-the-edge',
    comment: 'Services, entities, jobs, ports, events and errors know no controllers, no DTOs and no request.',
    from: { path: '\\.(service|entity|job|provider|events|errors)\\.ts$' },
    to: { path: HTTP },
  },
  {
    name: 'typeorm-stays-below',
    comment:
      'The vocabulary, the settings, controllers, DTOs, ports, adapters, errors and events never see the database driver.',
    from: { path: ['^src/(common|config)/', '^src/modules/.+\\.(controller|dto|guard|provider|errors|events)\\.ts$'] },
    to: { path: ORM },
  },
  {
    name: 'composition-root-is-a-leaf',
    comment: 'src/*.ts import everything; nothing below imports them.',
    from: { path: '^src/.+/' },
    to: { path: '^src/[^/]+\\.ts$' },
  },
  {
    name: 'src-stands-alone',
    comment: 'What ships needs neither tests nor scripts.',
    from: { path: '^src/' },
    to: { path: '^(test|scripts|bench|docs)/' },
  },
  {
    name: 'declared-dependencies-only',
    comment: 'What ships imports packages of "dependencies" only, each resolved.',
    from: { path: '^src/' },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'resolvable',
    comment: 'An import that leads nowhere.',
    from: { path: '^src/' },
    to: { couldNotResolve: true },
  },
  {
    name: 'no-orphans',
    comment: 'A file that nobody imports and that imports nobody is dead.',
    from: { orphan: true, path: '^src/', pathNot: '^src/(main|worker|cli)\\.ts$' },
    to: {},
  },
];

module.exports = {
  forbidden: rules.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    // Type-only imports are dependencies too; and `./x.js` means `./x.ts`.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    // Packages that are ES modules only publish no `require` entry.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
  },
};
