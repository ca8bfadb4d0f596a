import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProblemFilter } from '../../common/http/problem.filter.js';
import { createValidationPipe } from '../../common/http/validation/validation.js';
import { HttpConfig } from '../../config/config.js';
import type { JsonLogger } from '../observability/logger.js';
import { Metrics } from '../observability/metrics.js';
import { observeRequests } from '../observability/request-log.js';
import { traceRequests } from '../tracing/request-traces.js';
import { Tracing } from '../tracing/tracing.js';
import { answerInPlaceOfNode } from './client-error.js';
import { endConnectionsWhenClosing } from './closing.js';
import { ignoreBodies } from './ignored-bodies.js';
import { refuseWrongMethods } from './methods.js';
import { addSecurityHeaders } from './security-headers.js';
import { takeUploads } from './uploads.js';

/** What a browser may read of an answer from another origin. */
const EXPOSED = ['X-Request-Id', 'Retry-After', 'RateLimit', 'RateLimit-Policy', 'Location'];
const PREFLIGHT_SECONDS = 600;

/** Gives an application its edge: request ids, log and metrics, security headers, CORS, validation and problems. Before `init`. */
export async function setUpHttpEdge(app: NestFastifyApplication, logger: JsonLogger): Promise<void> {
  const config = app.get(HttpConfig);
  const instance = app.getHttpAdapter().getInstance();
  traceRequests(instance, app.get(Tracing));
  observeRequests(instance, { logger, metrics: app.get(Metrics) });
  await addSecurityHeaders(instance, config);
  answerInPlaceOfNode(instance);
  refuseWrongMethods(instance);
  takeUploads(instance);
  ignoreBodies(instance);
  endConnectionsWhenClosing(instance);
  if (config.corsOrigins.length > 0) {
    app.enableCors({
      origin: [...config.corsOrigins],
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      exposedHeaders: EXPOSED,
      maxAge: PREFLIGHT_SECONDS,
    });
  }
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ProblemFilter());
}
