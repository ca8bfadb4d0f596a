import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

/** Runs jest with the flags that ES modules need, and ends as it ends. @param env more than the environment of this process */
export function runJest(config, args, env = {}) {
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
  const NODE_OPTIONS = [process.env.NODE_OPTIONS, ...FLAGS].filter(Boolean).join(' ');
  const child = spawn(process.execPath, [jest, '--config', join(ROOT, config), '--rootDir', ROOT, ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS, ...env },
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? code : 1;
  });
}
