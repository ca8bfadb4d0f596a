import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { parse } from 'yaml';
import { isNews } from '../../common/http/answers/entity-tag.js';
import { PROJECT_ROOT } from '../../common/project-root.js';
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
  const text = readFileSync(join(PROJECT_ROOT, 'openapi.yaml'), 'utf8');
  const instance = app.getHttpAdapter().getInstance();
  serveContract(instance, { yaml: text, json: JSON.stringify(parse(text)) });
  serveDocumentPage(instance, redocPage());
  serveDocumentPage(instance, swaggerPage());
}

function serveContract(instance: FastifyInstance, { yaml, json }: { yaml: string; json: string }): void {
  for (const [path, type, text] of [
    ['/openapi.yaml', 'application/yaml; charset=utf-8', yaml],
    ['/openapi.json', 'application/json; charset=utf-8', json],
  ] as const) {
    instance.get(path, (request, reply) => {
      reply.type(type).header('cache-control', ASK_FIRST);
      return reply.send(isNews(text, request, reply) ? text : undefined);
    });
  }
}
