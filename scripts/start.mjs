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
endWithNpm();
await import(pathToFileURL(join(root, 'dist/src/main.js')).href);

/** npm passes SIGTERM to its shell, which passes it to nobody: then the service would go on, an orphan that holds the port. */
function endWithNpm() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 1_000);
  watch.unref();
}
