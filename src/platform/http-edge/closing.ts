import type { FastifyInstance } from 'fastify';

/**
 * While the server closes, every answer ends its connection. One that is kept alive after the idle ones were closed would
 * hold the process for as long as its client likes.
 */
export function endConnectionsWhenClosing(instance: FastifyInstance): void {
  let closing = false;
  instance.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  instance.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) void reply.header('connection', 'close');
    done(null, payload);
  });
}
