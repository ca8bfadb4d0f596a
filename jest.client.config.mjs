import base from './jest.config.mjs';

/** Run by `npm run test:client`: the typed client, against the built server. */
export default {
  ...base,
  testMatch: ['<rootDir>/clients/typescript/test/**/*.spec.ts'],
  // A message takes its second or two, and a package is made and installed.
  testTimeout: 60_000,
};
