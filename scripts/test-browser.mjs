import { writeFileSync } from 'node:fs';
import { ensureBuilt } from './lib/built.mjs';
import { findChromium } from './lib/chromium.mjs';
import { runJest } from './lib/jest.mjs';

// `npm run test:browser -- documents`: what people do in the pages of the built server; what follows goes to jest.
const args = process.argv.slice(2);
const chromium = findChromium();

if (chromium) {
  ensureBuilt();
  runJest('jest.browser.config.mjs', args, { CHROMIUM: chromium });
} else {
  skip('no Chromium was found');
}

/** Where results are asked for, they say so too. */
function skip(reason) {
  console.log(`browser tests skipped: ${reason}`);
  const results = args.find((arg) => arg.startsWith('--outputFile='))?.slice('--outputFile='.length);
  if (results) writeFileSync(results, JSON.stringify({ skippedBecause: reason }));
}
