import { runJest } from './lib/jest.mjs';
import { RECORD } from './lib/contract-coverage.mjs';

// `npm test -- --coverage src/config`: what follows goes to jest.
runJest('jest.config.mjs', process.argv.slice(2), { LATCHKEY_CONTRACT_RECORD: RECORD });
