import { ensureBuilt } from './lib/built.mjs';
import { runJest } from './lib/jest.mjs';

// `npm run test:client -- tokens`: the typed client with the built server; what follows goes to jest.
ensureBuilt();
runJest('jest.client.config.mjs', process.argv.slice(2));
