import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import '../test/support/typescript.mjs';

// `npm run mutate -- --mutate src/modules/otp/otp-codes.ts`: Stryker on one PostgreSQL for the whole run; what follows
// goes to Stryker. The server's URL reaches the test runners in LATCHKEY_TEST_SERVER.
const { startTestServer, stopTestServer } = await import('../test/support/test-server.ts');

process.chdir(join(import.meta.dirname, '..'));
const stryker = join(
  dirname(createRequire(import.meta.url).resolve('@stryker-mutator/core/package.json')),
  'bin/stryker.js',
);

let interrupted = false;
let child;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted = true;
    child?.kill(signal);
  });
}

await startTestServer();
try {
  process.exitCode = interrupted ? 1 : await run();
} finally {
  await stopTestServer();
}

async function run() {
  child = spawn(process.execPath, [stryker, 'run', ...process.argv.slice(2)], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
