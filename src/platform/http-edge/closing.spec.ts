import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type EdgeApp, startEdge } from '../../../test/support/edge-app.js';
import { Closing } from '../closing/closing.js';

/** Long enough to look at, while nothing depends on how long it is. */
const DRAIN_MS = 100;

describe('A process that is told to stop', () => {
  let edge: EdgeApp;
  let agent: Agent;

  beforeEach(async () => {
    edge = await startEdge({ drainMs: DRAIN_MS });
    agent = new Agent({ keepAlive: true, maxSockets: 1 });
  });

  afterEach(() => agent.destroy());

  async function answerTo(path: string): Promise<IncomingMessage> {
    const asked = get({ port: edge.port, host: '127.0.0.1', path, agent });
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    await once(answer.resume(), 'end');
    return answer;
  }

  it('says first that it is not ready, and serves meanwhile', async () => {
    expect((await answerTo('/health/ready')).statusCode).toBe(200);
    const announced = edge.app.get(Closing).announce();
    expect((await answerTo('/health/ready')).statusCode).toBe(503);
    expect((await answerTo('/sample/a')).statusCode).toBe(200);
    await announced;
    expect((await answerTo('/sample/a')).statusCode).toBe(200);
    await edge.app.close();
    agent.destroy();
    await expect(answerTo('/sample/a')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('keeps connections until it takes no more, and ends each with its next answer then, which says so', async () => {
    void edge.app.get(Closing).announce();
    expect((await answerTo('/sample/a')).headers.connection).toBe('keep-alive');
    const closed = edge.app.close();
    // Asked on the one that is kept; any other would be refused. Gently: the server waits for short turns of the event loop.
    let last: string | undefined = 'keep-alive';
    while (last === 'keep-alive') {
      await pause(10);
      last = (await answerTo('/sample/a')).headers.connection;
    }
    expect(last).toBe('close');
    await closed;
  });

  it.each([
    ['nothing', ''],
    ['half a header', 'GET /sample/a HTTP/1.1\r\nHost: a'],
    [
      'half a body',
      'POST /sample HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    ],
  ])('is not held by whoever sends %s', async (_, bytes) => {
    const socket = connect(edge.port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(bytes);
    const ended = once(socket, 'close');
    await answerTo('/sample/a');
    const since = performance.now();
    await edge.app.close();
    await ended;
    // Whoever waits for them waits for the deadlines of requests, of which the shortest is 10 s.
    expect(performance.now() - since).toBeLessThan(8_000);
  });
});
