import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyServerOptions } from 'fastify';
import { ProblemFilter } from '../../common/http/problem.filter.js';
import type { HttpConfig } from '../../config/config.js';
import type { JsonLogger } from '../observability/logger.js';
import { requestIdOf } from '../observability/request-log.js';
import { answerClientError } from './client-error.js';
import { warnOfForgedAddresses } from './forwarded.js';

const BODY_LIMIT = 64 * 1024;

/**
 * How patient the server is. Headers and body have a deadline each (slow loris); a connection may be idle longer than the
 * longest poll, and is kept longer than the 60 s after which proxies usually drop theirs.
 */
const PATIENCE = {
  requestTimeout: 20_000,
  connectionTimeout: 65_000,
  keepAliveTimeout: 72_000,
  http: {
    headersTimeout: 10_000,
    connectionsCheckingInterval: 5_000,
    maxHeaderSize: 16 * 1024,
    // The refusal is ours: `answerInPlaceOfNode`.
    requireHostHeader: false,
  },
};

const noSchemas = (): never => {
  throw new Error('Requests are validated by their DTO: a route has no schema of Fastify’s.');
};

/** For every Fastify of ours: it would load Ajv and its own compilers for schemas, a hundred files. */
export const NO_SCHEMAS = { compilersFactory: { buildValidator: () => noSchemas, buildSerializer: () => noSchemas } };

/** Parses JSON and nothing else: a body of another type is 415, also of the types that Nest would add. */
class JsonOnlyAdapter extends FastifyAdapter {
  override registerParserMiddleware(): void {
    // Fastify's own parser of JSON stays; it also refuses bodies that reach into prototypes.
  }

  /** Nest would run every request through a chain of Express middleware here, of which we have none. */
  override init(): Promise<void> {
    return Promise.resolve();
  }
}

/** The HTTP server of the application, before Nest adds its routes. */
export function createFastifyAdapter(config: HttpConfig, logger: JsonLogger): FastifyAdapter {
  const problems = new ProblemFilter();
  const options: FastifyServerOptions = {
    ...PATIENCE,
    bodyLimit: BODY_LIMIT,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    genReqId: requestIdOf,
    forceCloseConnections: 'idle',
    // What arrives on a kept connection while the server closes is still answered: the database closes last.
    return503OnClosing: false,
    schemaController: NO_SCHEMAS,
    routerOptions: { maxParamLength: 128, ignoreTrailingSlash: false },
    // A URL that cannot be decoded never becomes a request: no hook runs for it.
    frameworkErrors: (error, request, reply) => {
      void reply.header('x-request-id', request.id);
      problems.answer(error, request, reply);
    },
    clientErrorHandler: answerClientError,
  };
  const adapter = new JsonOnlyAdapter(options);
  const instance = adapter.getInstance();
  instance.removeContentTypeParser('text/plain');
  warnOfForgedAddresses(instance, logger);
  return adapter;
}
