import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Its time says when the sources in dist/ were read; see lib/built.mjs. */
export const STAMP = join(import.meta.dirname, '../dist/.built');

/** Run after `nest build`, as the last step of a build that succeeded. */
if (process.argv[1] === import.meta.filename) writeFileSync(STAMP, '');
