import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

// `npm test -- --coverage src/config`: jest with the flags that ES modules need; what follows goes to jest.
const root = join(import.meta.dirname, '..');
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const NODE_OPTIONS = [process.env.NODE_OPTIONS, ...flags].filter(Boolean).join(' ');

const child = spawn(
  process.execPath,
  [jest, '--config', join(root, 'jest.config.mjs'), '--rootDir', root, ...process.argv.slice(2)],
  { cwd: root, env: { ...process.env, NODE_OPTIONS }, stdio: 'inherit' },
);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = signal === null ? code : 1;
});
