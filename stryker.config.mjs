import { MODULE } from './jest.mutation.config.mjs';

/**
 * Mutation tests of one module. Run through `npm run mutate`, which takes one module after another on the same PostgreSQL.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: [
    `src/modules/${MODULE}/*.ts`,
    '!src/**/*.spec.ts',
    // Tables of names and wiring: what is wrong there fails at start, or in the drift test.
    '!src/**/*.{module,entity,dto,errors}.ts',
    // The edge of HTTP is told over HTTP, in test/e2e.
    '!src/**/*.{controller,decorators}.ts',
  ],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: {
    projectType: 'custom',
    configFile: 'jest.mutation.config.mjs',
    enableFindRelatedTests: true,
    // Each mutant is a run of jest; scripts/mutate.mjs has set the server up once for all of them.
    config: { globalSetup: null, globalTeardown: null },
  },
  coverageAnalysis: 'perTest',
  // Constants of a module, mostly SQL: each would need the whole suite, and blanking a statement is a mutant any test kills.
  ignoreStatic: true,
  incremental: false,
  concurrency: 2,
  // jest keeps 70 MB of every run of ES modules; after some dozens node does little but collect garbage.
  maxTestRunnerReuse: 10,
  // Beside one and a half times what the tests of the mutant take; longer is an endless loop.
  timeoutMS: 8_000,
  thresholds: { high: 90, low: 80, break: 80 },
  reporters: ['clear-text', 'progress-append-only', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: `reports/mutation-${MODULE}.html` },
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['/.latchkey', '/coverage', '/reports', '/docs', '/postman', '/bench'],
};
