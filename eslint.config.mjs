import comments from '@eslint-community/eslint-plugin-eslint-comments';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The numbers that keep the tail short; typical code stays far below (files of 30–70 lines, functions of 5–12).
 * Lines are counted as they stand, blank ones and comments included, but for the comments of controllers. `null`: no limit there.
 * "At most 9 files in a folder of src" is checked by scripts/check-folders.mjs.
 */
// prettier-ignore
const LIMITS = {
  //              file lines  function lines  complexity  nesting  parameters  constructor parameters
  src:         { file:  200, function:    40, paths:   8, depth: 2, params:  3, dependencies: 6 },
  controllers: { file:   80, function:    40, paths:   8, depth: 2, params:  3, dependencies: 6 },
  migrations:  { file:  200, function: null,  paths:   8, depth: 2, params:  3, dependencies: 6 }, // a migration is one long SQL text
  scripts:     { file:  200, function:    40, paths:   8, depth: 2, params:  3, dependencies: 6 },
  tests:       { file:  300, function: null,  paths:   8, depth: 2, params:  5, dependencies: 6 }, // a story is one describe(), a table row has columns
};

const WHERE = {
  controllers: ['src/**/*.controller.ts'],
  migrations: ['migrations/**/*.ts'],
  scripts: ['**/*.mjs', '**/*.cjs'],
  browser: ['views/assets/*.js', 'views/documents/*.js'],
  tests: ['test/**/*.ts', 'src/**/*.spec.ts', 'clients/typescript/test/*.ts'],
  e2e: ['test/e2e/**/*.ts'],
};

/** What the scripts of pages may use of a browser. */
const BROWSER =
  'AbortController DOMParser Event HTMLButtonElement Intl Node URL document fetch location navigator performance setTimeout window'.split(
    ' ',
  );

/** Patterns of syntax that the house does without. */
const BANNED = {
  reExport: {
    selector: 'ExportAllDeclaration, ExportNamedDeclaration[source]',
    message: 'No barrels: a name is imported from the file that declares it.',
  },
  forwardRef: {
    selector: 'CallExpression[callee.name="forwardRef"]',
    message: 'No forwardRef: turn the upward call into an event or a registry.',
  },
  oneToMany: {
    selector: 'Decorator[expression.callee.name="OneToMany"]',
    message: 'No @OneToMany: a foreign key is declared once, by the child (@ManyToOne).',
  },
  apiWall: {
    selector: `MethodDefinition > ${Array(3).fill('Decorator[expression.callee.name=/^Api/]').join(' ~ ')}`,
    message: 'At most 2 @Api* decorators on a route: the comment above it and the types say the rest.',
  },
  focusedTest: {
    selector: 'MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|skip|todo)$/]',
    message: 'No focused or skipped tests: what is committed runs.',
  },
};

/** `max-params` cannot tell a constructor, whose parameters are dependencies, nor an override, whose parameters are given. */
function parameterRules({ params, dependencies }) {
  const constructor = 'MethodDefinition[kind="constructor"]';
  return [
    {
      selector: `:not(${constructor}, MethodDefinition[override=true]) > :function[params.length>${params}]`,
      message: `At most ${params} positional parameters; then one object.`,
    },
    {
      selector: `${constructor} > FunctionExpression[params.length>${dependencies}]`,
      message: `At most ${dependencies} constructor dependencies; a class that needs more is two.`,
    },
  ];
}

function limits(limit, banned) {
  return {
    'max-lines': ['error', limit.file],
    'max-lines-per-function': limit.function === null ? 'off' : ['error', limit.function],
    complexity: ['error', limit.paths],
    'max-depth': ['error', limit.depth],
    'no-restricted-syntax': ['error', ...parameterRules(limit), ...banned],
  };
}

const ENVIRONMENT = 'Only src/config/env.ts reads the environment; ask for a slice of the configuration.';

const UNCHECKED = 'Ask by Api or openPage of test/support: they check every answer against openapi.yaml.';

/** Every file, JavaScript and TypeScript. */
const everywhere = {
  'no-restricted-properties': ['error', { object: 'process', property: 'env', message: ENVIRONMENT }],
  'no-restricted-imports': [
    'error',
    { name: 'node:process', importNames: ['env'], message: ENVIRONMENT },
    { name: 'process', message: 'Use the global process.' },
  ],
  'no-console': 'error',
  eqeqeq: 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'no-constant-binary-expression': 'error',
  'no-empty': 'error',
  'preserve-caught-error': 'error',
  '@eslint-community/eslint-comments/require-description': 'error',
  '@eslint-community/eslint-comments/no-unlimited-disable': 'error',
  '@eslint-community/eslint-comments/disable-enable-pair': 'error',
};

/** TypeScript, with the knowledge of types. `recommendedTypeChecked` holds floating and misused promises, no-explicit-any and the no-unsafe family. */
const typed = {
  '@typescript-eslint/return-await': ['error', 'in-try-catch'],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-non-null-assertion': 'error',
  // Says nothing in files with decorators, where an import that looks like a type may be an injection token.
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
  '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
  '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
};

export default defineConfig(
  globalIgnores(['**/dist/', 'coverage/', 'reports/', '.stryker-tmp/', '.latchkey/', '**/generated/schema.ts']),
  {
    plugins: { '@eslint-community/eslint-comments': comments },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: everywhere,
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname } },
    rules: { ...typed, ...limits(LIMITS.src, [BANNED.reExport, BANNED.forwardRef, BANNED.oneToMany, BANNED.apiWall]) },
  },
  {
    files: WHERE.controllers,
    // What stands above a route is text of the contract, which its readers want whole; only the code is to stay small.
    rules: { 'max-lines': ['error', { max: LIMITS.controllers.file, skipComments: true }] },
  },
  {
    files: WHERE.migrations,
    rules: limits(LIMITS.migrations, [BANNED.reExport]),
  },
  {
    files: WHERE.tests,
    rules: {
      ...limits(LIMITS.tests, [BANNED.reExport, BANNED.focusedTest]),
      // A fake is async because its port is; a spy is a method without its object; a fault may be anything.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/only-throw-error': 'off',
    },
  },
  {
    files: WHERE.e2e,
    rules: { 'no-restricted-globals': ['error', { name: 'fetch', message: UNCHECKED }] },
  },
  {
    files: WHERE.scripts,
    languageOptions: {
      globals: Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly'])),
    },
    rules: {
      ...limits(LIMITS.scripts, [BANNED.reExport]),
      'no-undef': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // Scripts are where a person meets the project: they read the environment and print.
      'no-restricted-properties': 'off',
      'no-restricted-imports': 'off',
      'no-console': 'off',
    },
  },
  {
    // Their functions become scripts of Postman, where `pm` is global.
    files: ['scripts/postman/**/*.mjs'],
    languageOptions: { globals: { pm: 'readonly' } },
  },
  {
    files: WHERE.browser,
    languageOptions: { globals: Object.fromEntries(BROWSER.map((name) => [name, 'readonly'])) },
    rules: {
      ...limits(LIMITS.scripts, [BANNED.reExport]),
      'no-undef': 'error',
      'no-unused-vars': 'error',
    },
  },
  {
    files: ['src/config/env.ts', 'test/support/**/*.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-imports': 'off' },
  },
  {
    // A package has one face: what its users import, and nothing of how it is made.
    files: ['clients/typescript/src/index.ts'],
    rules: limits(LIMITS.src, []),
  },
  {
    // Composition roots talk to the terminal before there is a logger, and after it has gone; examples have none.
    files: ['src/*.ts', 'src/modules/*/providers/console-*.ts', 'clients/typescript/examples/*.ts'],
    rules: { 'no-console': 'off' },
  },
);
