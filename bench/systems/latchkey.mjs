import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DIST, freePort } from '../../test/proof/processes.mjs';
import { Caller } from '../load/caller.mjs';
import { end, start } from './child.mjs';

const READY_MS = 60_000;
const POLL_MS = 50;
const API = '/api/v1';

/** The service as it runs in production: an API process, a worker, every limit on; only the daily budget is above what is sent here. */
export class Latchkey {
  name;
  processes;
  #caller;

  /**
   * @param name what the reports call it
   * @param node options of Node.js for its processes
   */
  static async start({ name = 'latchkey', node = [], database, gateway, connections, folder }) {
    const latchkey = new Latchkey();
    latchkey.name = name;
    const port = await freePort();
    const env = environment({ database, gateway, port });
    const log = join(folder, `${name}.log`);
    latchkey.processes = { api: start([...node, join(DIST, 'main.js')], { env, log }) };
    latchkey.#caller = new Caller(port, connections);
    await latchkey.#ready(log);
    latchkey.processes.worker = start([...node, join(DIST, 'worker.js')], { env, log });
    return latchkey;
  }

  async request(phone, from) {
    return (await this.#post('/auth/otp/request', { body: { phone }, from })).challengeId;
  }

  async verify(phone, code, { challenge: challengeId, from }) {
    const answer = await this.#post('/auth/otp/verify', { body: { challengeId, code }, from });
    return { token: answer.accessToken, refresh: answer.refreshToken, inviteCode: answer.user.inviteCode };
  }

  me({ token }, from) {
    return this.#caller.send('GET', `${API}/users/me`, { token, from });
  }

  async refresh({ refresh: refreshToken }, from) {
    const answer = await this.#post('/auth/token/refresh', { body: { refreshToken }, from });
    return { token: answer.accessToken, refresh: answer.refreshToken };
  }

  activate({ token }, inviteCode, from) {
    return this.#post('/referrals/activate', { token, body: { inviteCode }, from });
  }

  async invitees({ token }, cursor, from) {
    const path = `${API}/referrals/me/invitees${cursor ? `?cursor=${cursor}` : ''}`;
    return (await this.#caller.send('GET', path, { token, from })).nextCursor;
  }

  async close() {
    this.#caller.close();
    await Promise.all(Object.values(this.processes).map(end));
  }

  #post(path, sending) {
    return this.#caller.send('POST', `${API}${path}`, sending);
  }

  async #ready(log) {
    const { api } = this.processes;
    const ended = once(api, 'exit').then(() => false);
    for (const end = performance.now() + READY_MS; performance.now() < end;) {
      const ready = this.#caller.send('GET', '/health/ready').then(() => true);
      if (await Promise.race([ready.catch(() => undefined), ended])) return;
      if (api.exitCode !== null) break;
      await pause(POLL_MS);
    }
    throw new Error(`the service did not start: see ${log}`);
  }
}

function environment({ database, gateway, port }) {
  return {
    NODE_ENV: 'production',
    DATABASE_URL: database.href,
    HOST: '127.0.0.1',
    PORT: String(port),
    WORKER: 'separate',
    TRUSTED_PROXIES: '127.0.0.1',
    PUBLIC_URL: 'https://bench.example.org',
    APP_SECRET: randomBytes(32).toString('base64url'),
    OPS_TOKEN: randomBytes(24).toString('base64'),
    SMS_PROVIDER: 'sms-aero',
    SMS_AERO_EMAIL: 'bench@example.org',
    SMS_AERO_API_KEY: 'a key of the gateway of the benchmark',
    SMS_AERO_URL: gateway.url,
    SMS_DAILY_BUDGET: '100000000',
    SMS_BUDGET_HOUR_PARTS: '24',
  };
}
