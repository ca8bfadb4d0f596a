import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { isNews } from '../../common/http/answers/entity-tag.js';
import { lazily } from '../../common/loading/lazily.js';
import { PROJECT_ROOT } from '../../common/project-root.js';
import { contractAsJson } from './pages/contract-json.js';
import { serveDocumentPage } from './pages/document-page.js';
import { redocPage } from './pages/redoc-page.js';
import { swaggerPage } from './pages/swagger-page.js';

/** Changes with the version that runs: whoever keeps it asks whether it is still the same. */
const ASK_FIRST = 'public, no-cache';

/**
 * Serves the committed contract at `/openapi.yaml` and `/openapi.json`, and its pages at `/swagger` and `/redoc`, all from
 * installed packages. Comes after the HTTP edge is set up and before the application is initialised.
 */
export function serveDocs(app: NestFastifyApplication): void {
  const yaml = readFileSync(join(PROJECT_ROOT, 'openapi.yaml'), 'utf8');
  const instance = app.getHttpAdapter().getInstance();
  serveContract(instance, { path: '/openapi.yaml', type: 'application/yaml', read: () => yaml });
  const json = lazily(() => contractAsJson(yaml));
  serveContract(instance, { path: '/openapi.json', type: 'application/json', read: json });
  serveDocumentPage(instance, redocPage());
  serveDocumentPage(instance, swaggerPage());
}

interface Form {
  readonly path: string;
  readonly type: string;
  readonly read: () => string | Promise<string>;
}

function serveContract(instance: FastifyInstance, { path, type, read }: Form): void {
  instance.get(path, async (request, reply) => {
    const text = await read();
    reply.type(`${type}; charset=utf-8`).header('cache-control', ASK_FIRST);
    return reply.send(isNews(text, request, reply) ? text : undefined);
  });
}
