import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { Balancer } from './balancer.mjs';
import { Client, newNetwork } from './client.mjs';
import { claim, until } from './claims.mjs';
import { Gateway } from './gateway.mjs';
import { Mailbox } from './mailbox.mjs';
import { DIST, freePorts, ServiceProcess } from './processes.mjs';
import { Relay } from './relay.mjs';

const DEFAULTS = { apis: 1, workers: 0, hosted: false, balanced: false, relayed: false, delayMs: () => 0, env: {} };

/** Where proofs play: a database of its own, processes of the service on it, and the gateway that they send to. */
export class Stage {
  gateway;
  mailbox;
  /** The processes that carry messages and do nothing else, in the order in which they were started. */
  workers = [];
  /** The processes that serve HTTP: `{ port, process }`, in the order in which they were started. */
  apis = [];
  client;
  /** Speaks to the worker where it is watched. */
  workerClient;
  balancer;
  relay;
  pooler;
  #env;
  #worker;
  #pool;
  #processes = [];
  #offsetSeconds = 0;

  /**
   * @param apis how many processes serve HTTP; they share the database and nothing else
   * @param workers how many carry messages and do nothing else; {@link startWorker} adds more
   * @param hosted whether the processes that serve HTTP carry messages as well
   * @param balanced whether {@link client} speaks to a {@link balancer} before them, instead of to each in turn
   * @param relayed whether PostgreSQL is reached through {@link relay}
   * @param watched whether the worker, of which there is one at a time, tells of itself at a port
   * @param pool starts a {@link Pooler} before the database, given its URL
   * @param delayMs how long the gateway waits before each answer
   * @param env what else the processes find in their environment, or find otherwise
   */
  static async open(cluster, options) {
    const { apis, workers, hosted, balanced, relayed, watched, pool, delayMs, env } = { ...DEFAULTS, ...options };
    const stage = new Stage();
    try {
      if (relayed) stage.relay = await Relay.start(cluster.port);
      await stage.#build(await cluster.createDatabase(), { pool, delayMs, env });
      // Once all else listens, which would take one of them.
      const [workerPort, ...ports] = await freePorts(1 + apis);
      if (watched) stage.#watchWorker(workerPort);
      stage.#worker = hosted ? 'embedded' : 'separate';
      await stage.#startApis(ports, balanced);
      for (let n = 0; n < workers; n += 1) stage.startWorker();
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  /**
   * Starts another process that serves HTTP, and waits until it is ready.
   * @param env what it finds otherwise than all
   * @param limits of a {@link ServiceProcess}
   */
  async startApi(port, env = {}, limits = {}) {
    const api = this.#launchApi(port, env, limits);
    await this.#ready(port);
    return api;
  }

  /** Runs a command of the service to its end. */
  async command(...args) {
    await promisify(execFile)(process.execPath, [join(DIST, 'cli.js'), ...args], { env: this.#env });
  }

  startWorker() {
    const worker = new ServiceProcess('worker', this.#env);
    this.#processes.push(worker);
    this.workers.push(worker);
    return worker;
  }

  async sql(text, values = []) {
    return (await this.#pool.query(text, values)).rows;
  }

  /** The single value that a query answers. */
  async value(text, values) {
    const [row] = await this.sql(text, values);
    return Object.values(row)[0];
  }

  /** Moves the time of every expiry and limit forward. */
  async passTime(seconds) {
    this.#offsetSeconds += seconds;
    await this.sql(`CREATE OR REPLACE FUNCTION clock_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
      AS 'SELECT now() + interval ''${this.#offsetSeconds} seconds'''`);
  }

  /** Asks for a code and waits for it: `{ challengeId, code, codeLength, phone, from }`. */
  async challenge(phone, { nth = 1, from = newNetwork() } = {}) {
    const answer = await this.client.requestCode(phone, from);
    claim(answer.status === 202, `a request for a code was answered ${answer.status} ${answer.body?.code}`);
    const code = await this.gateway.codeTo(phone, { nth });
    claim(code !== undefined, 'a code did not reach the gateway within 10 s');
    return { ...answer.body, code, phone, from };
  }

  /** What the processes logged, warnings and worse. */
  get log() {
    return this.#processes.flatMap((each) => each.log);
  }

  /** Processes that ended though nobody killed them, in words. */
  get losses() {
    return this.#processes.map((each) => each.ownEnd).filter((end) => end !== undefined);
  }

  async close() {
    this.client?.close();
    await this.balancer?.close();
    await Promise.all(this.#processes.map((each) => each.kill()));
    await this.#pool?.end();
    await this.pooler?.close();
    await this.gateway?.close();
    await this.mailbox?.remove();
    await this.relay?.close();
  }

  async #build(url, { pool, delayMs, env }) {
    this.gateway = await Gateway.start(delayMs);
    this.mailbox = await Mailbox.open();
    if (this.relay) url.port = String(this.relay.port);
    this.pooler = await pool?.(url);
    this.#pool = new pg.Pool({ connectionString: url.href, max: 3 });
    // A server that went away: the next query that needs it says so.
    this.#pool.on('error', () => undefined);
    this.#env = {
      PATH: process.env.PATH,
      NODE_ENV: 'development',
      LOG_LEVEL: 'warn',
      TRUSTED_PROXIES: '127.0.0.1',
      DATABASE_URL: this.pooler?.url.href ?? url.href,
      DATABASE_DIRECT_URL: url.href,
      APP_SECRET: randomBytes(32).toString('base64url'),
      PUBLIC_URL: 'http://localhost',
      WORKER: 'separate',
      SMS_DAILY_BUDGET: '100000000',
      SMS_BUDGET_HOUR_PARTS: '24',
      SMS_PROVIDER: 'sms-aero',
      SMS_AERO_EMAIL: 'proof@example.org',
      SMS_AERO_API_KEY: 'a key of the fake gateway',
      SMS_AERO_URL: this.gateway.url,
      EMAIL_PROVIDER: 'file',
      EMAIL_FOLDER: this.mailbox.folder,
      ...env,
    };
  }

  #watchWorker(port) {
    Object.assign(this.#env, { WORKER_PORT: String(port), HOST: '127.0.0.1' });
    this.workerClient = new Client([port]);
  }

  async #startApis(ports, balanced) {
    for (const port of ports) this.#launchApi(port);
    for (const port of ports) await this.#ready(port);
    if (balanced) this.balancer = await Balancer.start(ports);
    this.client = new Client(balanced ? [this.balancer.port] : ports);
  }

  #launchApi(port, env = {}, limits = {}) {
    const all = { ...this.#env, PORT: String(port), WORKER: this.#worker, ...env };
    const api = { port, process: new ServiceProcess('main', all, limits) };
    this.#processes.push(api.process);
    this.apis = [...this.apis.filter((each) => each.port !== port), api];
    return api;
  }

  async #ready(port) {
    const client = new Client([port]);
    const ready = async () => {
      claim(this.losses.length === 0, [...this.losses, ...this.log].join('\n'));
      return (await client.get('/health/ready').catch(() => undefined))?.status === 200;
    };
    await until(ready, { what: 'readiness', seconds: 90 });
    client.close();
  }
}
