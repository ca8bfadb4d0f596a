import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { lazily } from '../../../common/loading/lazily.js';
import { PROJECT_ROOT } from '../../../common/project-root.js';

export type ReadDocumentFile = () => Promise<string | Buffer>;

/** A page that somebody else’s program draws: what it loads, and what it may do. */
export interface DocumentPage {
  readonly path: string;
  /** Its Content-Security-Policy. */
  readonly policy: string;
  /** By name; they stand below the path of the page. Megabytes that a browser asks for once: they are read when it does, and not kept. */
  readonly files: Readonly<Record<string, ReadDocumentFile>>;
  /** @param urlOf the address of a file */
  readonly html: (urlOf: (name: string) => string) => string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const YEAR = 'public, max-age=31536000, immutable';

/** Both programs write style attributes and `data:` icons, and ask this server alone. @param more what one of them needs beside */
export const policyOf = (...more: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...more,
  ].join(';');

/** Serves a page and its files. */
export function serveDocumentPage(instance: FastifyInstance, { path, policy, files, html }: DocumentPage): void {
  const page = lazily(async () => {
    const digests = await digestsOf(files);
    return html((name) => `${path}/${name}?${digests.get(name)}`);
  });
  for (const address of [path, `${path}/`]) {
    instance.get(address, async (_request, reply) =>
      reply
        .header('content-security-policy', policy)
        .type('text/html; charset=utf-8')
        .send(await page()),
    );
  }
  for (const [name, read] of Object.entries(files)) {
    instance.get(`${path}/${name}`, async (_request, reply) =>
      reply
        .header('cache-control', YEAR)
        .type(TYPES[extname(name)] ?? '')
        .send(await read()),
    );
  }
}

/** They stand in the addresses, so that browsers may keep a file for ever and never use an old one. */
async function digestsOf(files: DocumentPage['files']): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const [name, read] of Object.entries(files)) digests.set(name, digestOf(await read()));
  return digests;
}

const digestOf = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex').slice(0, 16);

/** A file of ours. @param path below `views` */
export const ownFile =
  (path: string): ReadDocumentFile =>
  () =>
    readFile(join(PROJECT_ROOT, 'views', path));

/** What stands above the documents: the way from one to the other, and to the contract as a file. */
export const DOCUMENT_HEADER = `<header class="documents">
      <a class="name" href="/">Latchkey API</a>
      <nav aria-label="Documents">
        <a href="/redoc">Read</a>
        <a href="/swagger">Try</a>
        <a href="/openapi.yaml">openapi.yaml</a>
        <a href="/openapi.json">openapi.json</a>
      </nav>
    </header>`;
