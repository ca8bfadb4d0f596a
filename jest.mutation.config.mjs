import base from './jest.config.mjs';

/**
 * The tests that mutants meet: the rules written beside the mutated modules. A mutant of a line that every request passes would
 * otherwise start the whole application once for each story told over HTTP.
 */
export default {
  ...base,
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['<rootDir>/src/modules/{otp,tokens,sessions,passwords,messages}/*.spec.ts'],
  // Each takes a fraction of a second; what waits for something that a mutant prevents shall fail soon.
  testTimeout: 5_000,
};
