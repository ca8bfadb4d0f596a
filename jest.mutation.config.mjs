import base from './jest.config.mjs';

/** The module whose mutants are being tried; set by scripts/mutate.mjs. */
export const MODULE = process.env.LATCHKEY_MUTATED_MODULE ?? '*';

/**
 * The tests that mutants meet: the rules written beside the mutated module. A mutant of a line that every request passes would
 * otherwise start the whole application once for each story told over HTTP, and one of a module that many use all of their tests.
 */
export default {
  ...base,
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: [`<rootDir>/src/modules/${MODULE}/*.spec.ts`],
  // Each takes a fraction of a second; what waits for something that a mutant prevents shall fail soon.
  testTimeout: 5_000,
};
