import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { parse } from 'yaml';
import { isNews } from '../../common/http/answers/entity-tag.js';
import { PROJECT_ROOT } from '../../common/project-root.js';
import { REDOC_PAGE, REDOC_POLICY, redocScript } from './redoc.js';

const TITLE = 'Latchkey API';

/** Swagger UI brings style attributes and `data:` icons, and calls the API it describes. */
const SWAGGER_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';');

const POLICIES: readonly (readonly [RegExp, string])[] = [
  [/^\/swagger(\/|$)/, SWAGGER_POLICY],
  [/^\/redoc(\/|$)/, REDOC_POLICY],
];

const DAY = 'public, max-age=86400';
/** Changes with the version that runs: whoever keeps it asks whether it is still the same. */
const ASK_FIRST = 'public, no-cache';

/**
 * Serves the committed contract at `/openapi.yaml` and `/openapi.json`, and its pages at `/swagger` and `/redoc`, all from
 * installed packages. Comes after the HTTP edge is set up and before the application is initialised.
 */
export function serveDocs(app: NestFastifyApplication): void {
  const text = readFileSync(join(PROJECT_ROOT, 'openapi.yaml'), 'utf8');
  const document = parse(text) as OpenAPIObject;
  const instance = app.getHttpAdapter().getInstance();
  instance.addHook('onRoute', (route) => {
    const policy = POLICIES.find(([paths]) => paths.test(route.url))?.[1];
    if (policy) route.onSend = [...[route.onSend ?? []].flat(), policySetter(policy)];
  });
  serveContract(instance, { yaml: text, json: JSON.stringify(document) });
  serveRedoc(instance);
  SwaggerModule.setup('swagger', app, document, {
    raw: false,
    customSiteTitle: TITLE,
    // The validator's badge would be fetched from somebody else's server.
    swaggerOptions: { persistAuthorization: true, validatorUrl: null, displayRequestDuration: true },
  });
}

type OnSend = (request: unknown, reply: { header(name: string, value: string): unknown }) => Promise<void>;

const policySetter =
  (policy: string): OnSend =>
  // eslint-disable-next-line @typescript-eslint/require-await -- with fewer than four parameters Fastify expects a promise
  async (_request, reply) => {
    reply.header('content-security-policy', policy);
  };

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

function serveRedoc(instance: FastifyInstance): void {
  const script = redocScript(createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js'));
  instance.get('/redoc', (_request, reply) => reply.type('text/html; charset=utf-8').send(REDOC_PAGE));
  instance.get('/redoc/redoc.standalone.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', DAY).send(script),
  );
}
