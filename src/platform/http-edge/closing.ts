import { Server } from 'node:net';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Closing } from '../closing/closing.js';

/** How long what is under way may take once nothing new is taken; with the usual announcement before it a stop takes less than 3 s. */
const LONGEST_MS = 1_000;
/** What a connection that was accepted in the last moment has to bring its request. */
const MOMENT_MS = 100;

/**
 * From the announcement of the end on, a connection ends as soon as its request is answered, and the answer says so. Kept alive
 * after the idle ones were closed, it would hold the process for as long as its client likes; so would one that never sends the
 * rest of a request, or never reads the rest of an answer, so these are broken in the end.
 */
export function endConnectionsWhenClosing(instance: FastifyInstance, closing: Closing): void {
  instance.addHook('onSend', (_request, reply) => {
    if (closing.isAnnounced) void reply.header('connection', 'close');
    return Promise.resolve();
  });
  instance.addHook('preClose', async () => {
    // For answers whose headers were out before. Node.js reads it when an answer is finished; 0 would mean no limit.
    instance.server.keepAliveTimeout = 1;
    setTimeout(() => instance.server.closeAllConnections(), LONGEST_MS).unref();
    if (instance.server.listening) await finish(instance.server);
  });
}

/**
 * Takes no more connections, and ends when all have. The server's own `close` cuts those at once on which it has read no request, also when
 * one is there to be read: a balancer that has just handed it over cannot know whether it was carried out.
 */
async function finish(server: FastifyInstance['server']): Promise<void> {
  // Those that wait to be accepted were accepted a moment ago; any that come after are refused, and go elsewhere.
  await turn();
  const ended = new Promise<void>((resolve) => Server.prototype.close.call(server, () => resolve()));
  await pause(MOMENT_MS);
  server.closeIdleConnections();
  await ended;
}
