import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentedError } from '../../common/http/problem.js';
import { PROJECT_ROOT } from '../../common/project-root.js';
import { ANYWHERE_ERRORS } from './edge-errors.js';

const FILE = join(PROJECT_ROOT, 'views/documents/introduction.md');
const PLACE = '{{edgeProblems}}';

/** What the document of the API begins with, in Markdown: how to start, and what holds for all operations. */
export const introduction = (): string => readFileSync(FILE, 'utf8').replace(PLACE, table(ANYWHERE_ERRORS)).trim();

const table = (errors: readonly DocumentedError[]): string =>
  ['| status | code | what it says |', '| --- | --- | --- |', ...errors.map(row)].join('\n');

const row = ({ status, code, title }: DocumentedError): string => `| ${status} | \`${code}\` | ${title.en} |`;
