import { resolve } from 'node:path';
import { ensureBuilt } from './lib/built.mjs';
import { findChromium } from './lib/chromium.mjs';
import { runJest } from './lib/jest.mjs';

// `npm run screenshots -- /tmp/shots`: every page of test/browser/screenshots.ts, into docs/screenshots unless told otherwise.
//   -t profile   only those whose name says so
const args = process.argv.slice(2);
const folder = resolve(args[0]?.startsWith('-') === false ? args.shift() : 'docs/screenshots');
const chromium = findChromium();

if (chromium) {
  ensureBuilt();
  const only = ['--testMatch', '**/test/browser/screenshots.ts'];
  runJest('jest.browser.config.mjs', [...args, ...only], { CHROMIUM: chromium, SCREENSHOTS: folder });
} else {
  console.error('No screenshots: no Chromium was found.');
  process.exitCode = 1;
}
