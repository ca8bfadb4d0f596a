import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './lib/built.mjs';

// `npm start`: builds if a source is newer than the build, then becomes the service (one process: signals, exit codes
// and kill -9 mean what they always mean).
const root = join(import.meta.dirname, '..');

process.chdir(root);
if (existsSync('.env')) process.loadEnvFile('.env');
ensureBuilt();
await import(pathToFileURL(join(root, 'dist/src/main.js')).href);
