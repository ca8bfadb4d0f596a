import type { FastifyInstance } from 'fastify';

/**
 * While the server closes, a connection ends as soon as its request is answered. Kept alive after the idle ones were closed, it
 * would hold the process for as long as its client likes.
 */
export function endConnectionsWhenClosing(instance: FastifyInstance): void {
  instance.addHook('preClose', (done) => {
    // Node.js reads it when an answer is finished; 0 would mean no limit.
    instance.server.keepAliveTimeout = 1;
    done();
  });
}
