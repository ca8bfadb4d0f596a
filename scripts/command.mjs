import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt } from './lib/built.mjs';

// `npm run keys -- list`: builds if a source is newer than the build, then becomes that command of the service.
const root = join(import.meta.dirname, '..');

process.chdir(root);
if (existsSync('.env')) process.loadEnvFile('.env');
ensureBuilt();
await import(pathToFileURL(join(root, 'dist/src/cli.js')).href);
