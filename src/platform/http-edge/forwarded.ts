import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { JsonLogger } from '../observability/logger.js';

/**
 * Says once that somebody sends `X-Forwarded-For` who is not among the trusted proxies. The header is ignored then: either
 * a stranger tries to pass for others, or a proxy is missing in TRUSTED_PROXIES and all its clients count as one asker.
 */
export function warnOfForgedAddresses(instance: FastifyInstance, logger: JsonLogger): void {
  let warned = false;
  instance.addHook('onRequest', (request, _reply, done) => {
    if (!warned && isIgnored(request)) {
      warned = true;
      logger.warn('X-Forwarded-For of a peer that is not in TRUSTED_PROXIES is ignored; this is said once');
    }
    done();
  });
}

/** `ip` is the connection's own address exactly when the header was not believed. */
const isIgnored = (request: FastifyRequest): boolean =>
  request.headers['x-forwarded-for'] !== undefined && request.ip === request.socket.remoteAddress;
