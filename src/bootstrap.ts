import { RequestMethod } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { UnroutedPageFilter } from './modules/page-access/page.filter.js';
import { Database } from './platform/database/database.js';
import { serveDocs } from './platform/docs/docs.js';
import { setUpHttpEdge } from './platform/http-edge/edge.js';
import { createFastifyAdapter } from './platform/http-edge/fastify.js';
import { servePages } from './platform/pages/serve-pages.js';
import { HealthRegistry } from './platform/observability/health.registry.js';
import { JsonLogger } from './platform/observability/logger.js';

const API_PREFIX = 'api/v1';
const WITHOUT_PREFIX = ['health/live', 'health/ready', 'metrics', '.well-known/jwks.json', 'i/:code'];
/** Where pages stand, and below which theirs. */
const PAGES = ['/', 'password', 'register', 'forgot', 'sign-out', 'language'];
const PAGES_BELOW = ['confirm', 'invite', 'again', 'profile', 'admin', 'inbox'];

export interface AppOptions {
  readonly config: Config;
  readonly logger?: JsonLogger;
  /** Whether the contract and its pages are served; not while the contract is being made. */
  readonly docs?: boolean;
}

/** Builds the application that serves HTTP, complete but not yet listening. The real one and the tests share it. */
export async function createApp(options: AppOptions): Promise<NestFastifyApplication> {
  const { config, logger = new JsonLogger(config.app.logLevel), docs = true } = options;
  const adapter = createFastifyAdapter(config.http, logger);
  const root = AppModule.for(config);
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, { logger, abortOnError: false });
  return equip(app, { logger, docs });
}

/** Everything that makes a Nest application ours: prefix, edge, documents, health checks. The tests equip theirs, too. */
export async function equip(
  app: NestFastifyApplication,
  { logger, docs }: { logger: JsonLogger; docs: boolean },
): Promise<NestFastifyApplication> {
  app.setGlobalPrefix(API_PREFIX, {
    exclude: [
      ...WITHOUT_PREFIX.map((path) => ({ path, method: RequestMethod.GET })),
      ...[...PAGES, ...PAGES_BELOW.map((path) => `${path}{/*below}`)].map((path) => ({
        path,
        method: RequestMethod.ALL,
      })),
    ],
  });
  await setUpHttpEdge(app, logger);
  servePages(app);
  // After the filter of everything else, so that it is asked first.
  app.useGlobalFilters(app.get(UnroutedPageFilter));
  if (docs) serveDocs(app);
  const database = app.get(Database);
  app.get(HealthRegistry).register('database', () => database.ping());
  return app;
}
