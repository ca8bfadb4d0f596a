import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import '../test/support/typescript.mjs';

/** Those where a wrong line costs most; what they do is told by the specs beside them. */
const MODULES = [
  ...['otp', 'tokens', 'sessions', 'passwords', 'messages', 'users', 'audit', 'avatars', 'addresses'],
  ...['login', 'credentials', 'contacts', 'account', 'admin', 'people', 'access', 'auth'],
  ...['otp-guard', 'number-blocks', 'test-phones', 'sending', 'sending-desk', 'courier', 'deliveries', 'commands'],
  ...['referrals', 'own-referrals', 'invites', 'invite-visits', 'referral-reports', 'referral-graph'],
];

// `npm run mutate -- otp users --mutate src/modules/otp/otp-codes.ts`: Stryker for each of the modules named, or for all of
// them, on one PostgreSQL; from the first option on what is given goes to Stryker. The server's URL reaches the test runners
// in LATCHKEY_TEST_SERVER.
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

const given = process.argv.slice(2);
const firstOption = given.findIndex((argument) => argument.startsWith('-'));
const named = firstOption < 0 ? given : given.slice(0, firstOption);
const options = given.slice(named.length);
const unknown = named.filter((name) => !MODULES.includes(name));
if (unknown.length > 0) {
  console.error(`No such module: ${unknown.join(', ')}. There are ${MODULES.join(', ')}.`);
  process.exit(1);
}

await startTestServer();
try {
  const failed = await mutate(named.length > 0 ? named : MODULES);
  if (failed.length > 0) console.error(`Not enough mutants were killed, or not all were tried: ${failed.join(', ')}.`);
  process.exitCode = failed.length > 0 ? 1 : 0;
} finally {
  await stopTestServer();
}

/** Answers the modules that did not pass. */
async function mutate(modules) {
  const failed = [];
  for (const name of modules) if (interrupted || (await run(name)) !== 0) failed.push(name);
  return failed;
}

async function run(name) {
  const env = { ...process.env, LATCHKEY_MUTATED_MODULE: name };
  child = spawn(process.execPath, [stryker, 'run', ...options], { stdio: 'inherit', env });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
