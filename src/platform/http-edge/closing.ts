import { Server } from 'node:net';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** How long what is under way may take once nothing new is taken; with the usual announcement before it a stop takes less than 3 s. */
const LONGEST_MS = 1_000;
/** How long a connection that is kept, or was accepted in the last moment, may still bring a request. */
const MOMENT_MS = 500;
const SHORT_TURN_MS = 2;
const SHORT_TURNS = 20;
const MOST_TURNS = 200;

/**
 * A server that closes takes no more connections, and the next answer on each that it has is the last, and says so. A balancer
 * that keeps connections loses no request so: it makes hardly a new one while it may use those, and a new one is refused before it brings
 * anything. What is kept, but brings nothing for a moment, is closed; what never sends the rest of a request, or never reads the rest
 * of an answer, is broken in the end, instead of holding the process for as long as its client likes.
 */
export function endConnectionsWhenClosing(instance: FastifyInstance): void {
  let refuses = false;
  instance.addHook('onSend', (_request, reply) => {
    if (refuses) void reply.header('connection', 'close');
    return Promise.resolve();
  });
  instance.addHook('preClose', async () => {
    const { server } = instance;
    setTimeout(() => server.closeAllConnections(), LONGEST_MS).unref();
    if (!server.listening) return;
    await caughtUp();
    refuses = true;
    await finish(server);
  });
}

/**
 * Ends when all connections have. The server's own `close` cuts those at once on which it has read no request, also when one is there to be
 * read: a balancer that has just handed it over cannot know whether it was carried out.
 */
async function finish(server: FastifyInstance['server']): Promise<void> {
  const ended = new Promise<void>((resolve) => Server.prototype.close.call(server, () => resolve()));
  // For answers whose headers were out before. Node.js reads it when an answer is finished; 0 would mean no limit.
  server.keepAliveTimeout = 1;
  await Promise.race([ended, pause(MOMENT_MS)]);
  await caughtUp();
  server.closeIdleConnections();
  await ended;
}

/**
 * When all that had come is accepted and read. A turn of the event loop accepts only some of those who wait, and one that takes long leaves
 * more behind; so many short ones in a row are wanted.
 */
async function caughtUp(): Promise<void> {
  for (let turns = 0, short = 0; short < SHORT_TURNS && turns < MOST_TURNS; turns += 1) {
    const begun = performance.now();
    await turn();
    short = performance.now() - begun < SHORT_TURN_MS ? short + 1 : 0;
  }
}
