import base from './jest.config.mjs';

/**
 * The tests that mutants meet: the rules written beside the mutated modules. A mutant of a line that every request passes would
 * otherwise start the whole application once for each story told over HTTP.
 */
export default {
  ...base,
  testMatch: ['<rootDir>/src/modules/{otp,sessions,messages}/*.spec.ts'],
};
