import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '../../common/crypto.js';
import type { JsonLogger } from './logger.js';
import type { Metrics } from './metrics.js';

/** Digits alone could be somebody's phone, and the id goes into logs and rows. */
const SANE_REQUEST_ID = /^(?=.*[A-Za-z]|.{20})[A-Za-z0-9._-]{8,64}$/;
/** Asked every few seconds by machines; of no interest unless they fail. */
const PROBES = /^\/(health\/|metrics$)/;

/** The id of a request: `X-Request-Id` if it can stand in a log and a header as it is, else a new UUIDv7. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && SANE_REQUEST_ID.test(given) ? given : newId();
}

/** Returns the request id with every answer, and logs and measures each finished request by the pattern of its route. */
export function observeRequests(instance: FastifyInstance, to: { logger: JsonLogger; metrics: Metrics }): void {
  instance.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  instance.addHook('onResponse', (request, reply, done) => {
    recordRequest(request, reply, to);
    done();
  });
}

export function recordRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  { logger, metrics }: { logger: JsonLogger; metrics: Metrics },
): void {
  const route = request.routeOptions.url ?? '(none)';
  const { method, id: requestId } = request;
  const traceId = request.work?.span?.traceId;
  const { statusCode: status, elapsedTime } = reply;
  metrics.observeRequest({ method, route, status, seconds: elapsedTime / 1000 });
  const level = PROBES.test(route) && status < 400 ? 'debug' : 'info';
  logger.plain(level, {
    msg: 'request',
    method,
    route,
    status,
    ms: Math.round(elapsedTime * 10) / 10,
    requestId,
    ...(traceId && { traceId }),
  });
}
