import base from './jest.config.mjs';

/** Run by `npm run test:browser`: what people see and do in Chromium, with the built server. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/browser/**/*.browser-spec.ts'],
  // People walk through several pages, and a message takes its second or two.
  testTimeout: 60_000,
};
