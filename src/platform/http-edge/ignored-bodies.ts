import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

interface BodyConfig {
  readonly ignoresBody?: boolean;
}

/** The length up to which a connection is kept for the sake of what nobody reads. */
const MAX_BYTES = 64 * 1024;
/** What the server chooses a parser by. */
const BODY_HEADERS = ['content-type', 'content-length', 'transfer-encoding'];

/** Has a route called whatever the body is: of any type, broken or too long. Nothing of it is read. */
export const IgnoresBody = (): MethodDecorator => RouteConfig({ ignoresBody: true } satisfies BodyConfig);

/** Before routes are added. */
export function ignoreBodies(instance: FastifyInstance): void {
  instance.addHook('onRoute', (route) => {
    if ((route.config as BodyConfig | undefined)?.ignoresBody) route.onRequest = hideBody;
  });
}

/**
 * Without these headers the server goes straight on to the route. Node.js reads an unread body away behind the answer, within the
 * time that a request has; behind a long one, or one that does not say how long it is, the connection ends.
 */
function hideBody({ raw }: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const length = Number(raw.headers['content-length'] ?? (raw.headers['transfer-encoding'] ? NaN : 0));
  if (!(length <= MAX_BYTES)) void reply.header('connection', 'close');
  for (const name of BODY_HEADERS) delete raw.headers[name];
  done();
}
