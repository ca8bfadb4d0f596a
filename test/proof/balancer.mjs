import { once } from 'node:events';
import { Agent, createServer, get, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MS = 200;
const LOOK_TIMEOUT_MS = 1_000;
/** They concern one connection, not the answer. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding'];

/**
 * Stands before several processes that serve HTTP: asks each for its readiness, sends requests in turn to those that are ready, on
 * connections that it keeps, and tries another only where that is safe: nothing was sent, or only a GET.
 * When an answer does not come, the connection of whoever waits for it is broken.
 */
export class Balancer {
  /** Requests that were tried elsewhere. */
  retried = 0;
  #backends;
  #turn = 0;
  #closed = false;
  #server = createServer((request, response) => void this.#serve(request, response));

  constructor(ports) {
    this.#backends = ports.map((port) => ({
      port,
      ready: true,
      answers: 0,
      agent: new Agent({ keepAlive: true, maxSockets: 64 }),
    }));
    // Its clients keep their connections for as long as they like.
    this.#server.keepAliveTimeout = 0;
  }

  static async start(ports) {
    const balancer = new Balancer(ports);
    await once(balancer.#server.listen(0, '127.0.0.1'), 'listening');
    for (const backend of balancer.#backends) void balancer.#watch(backend);
    return balancer;
  }

  get port() {
    return this.#server.address().port;
  }

  /** How many requests the process at this port has answered. */
  answersOf(port) {
    return this.#backends.find((backend) => backend.port === port).answers;
  }

  async close() {
    this.#closed = true;
    for (const { agent } of this.#backends) agent.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #watch(backend) {
    while (!this.#closed) {
      backend.ready = await isReady(backend.port);
      await pause(LOOK_MS);
    }
  }

  async #serve(incoming, response) {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const sending = { method: incoming.method, path: incoming.url, headers: incoming.headers };
    try {
      const answer = await this.#answerTo(sending, Buffer.concat(chunks), response);
      for (const name of HOP_BY_HOP) delete answer.headers[name];
      response.writeHead(answer.statusCode, answer.headers);
      answer.on('error', () => response.destroy()).pipe(response);
    } catch {
      response.destroy();
    }
  }

  async #answerTo(sending, body, response) {
    const tried = new Set();
    for (let backend = this.#next(tried); backend; backend = this.#next(tried)) {
      tried.add(backend);
      const answer = await ask(backend, { sending, body, gone: response }).catch((error) => {
        this.#ensureSafe(backend, sending, error);
      });
      if (!answer) continue;
      backend.answers += 1;
      return answer;
    }
    throw new Error('no process is left to be tried');
  }

  /** Throws where another process must not be tried: it might do again what this one has done. */
  #ensureSafe(backend, { method }, error) {
    if (error.code === 'ECONNREFUSED') backend.ready = false;
    else if (method !== 'GET') throw error;
    this.retried += 1;
  }

  /** The next that is ready; where none is, the next. */
  #next(tried) {
    const left = this.#backends.filter((backend) => !tried.has(backend));
    const ready = left.filter((backend) => backend.ready);
    const those = ready.length > 0 ? ready : left;
    return those[this.#turn++ % those.length];
  }
}

function ask({ port, agent }, { sending, body, gone }) {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, agent, ...sending }, resolve).on('error', reject);
    // Whoever asked has gone.
    gone.once('close', () => !gone.writableFinished && sent.destroy());
    sent.end(body);
  });
}

function isReady(port) {
  return new Promise((resolve) => {
    const look = get({ host: '127.0.0.1', port, path: '/health/ready', timeout: LOOK_TIMEOUT_MS }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    look.on('timeout', () => look.destroy(new Error('no answer in time')));
    look.on('error', () => resolve(false));
  });
}
