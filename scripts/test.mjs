import { runJest } from './lib/jest.mjs';

// `npm test -- --coverage src/config`: what follows goes to jest.
runJest('jest.config.mjs', process.argv.slice(2));
