import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Cluster } from '../../test/proof/cluster.mjs';
import { freePort, ServiceProcess } from '../../test/proof/processes.mjs';

const PATIENCE_MS = 60_000;
const POLL_MS = 100;

/** The built server on an empty database of its own, otherwise as `npm start` has it: in development, with all defaults. */
export class FreshServer {
  url;
  #cluster;
  #service;

  static async start() {
    const server = new FreshServer();
    try {
      await server.#start();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** What it logged: warnings and worse. */
  get log() {
    return this.#service.log;
  }

  async stop() {
    await this.#service?.kill();
    await this.#cluster?.remove();
  }

  async #start() {
    this.#cluster = await Cluster.start();
    const database = await this.#cluster.createDatabase();
    const port = await freePort();
    this.url = `http://localhost:${port}`;
    this.#service = new ServiceProcess('main', {
      PATH: process.env.PATH,
      PORT: String(port),
      LOG_LEVEL: 'warn',
      DATABASE_URL: database.href,
      APP_SECRET: randomBytes(32).toString('base64url'),
    });
    await this.#ready();
  }

  async #ready() {
    const giveUpAt = performance.now() + PATIENCE_MS;
    while (performance.now() < giveUpAt && this.#service.ownEnd === undefined) {
      const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      if (answer?.ok) return;
      await pause(POLL_MS);
    }
    throw new Error(`The server did not become ready: ${this.#service.ownEnd ?? ''}\n${this.log.join('\n')}`);
  }
}
