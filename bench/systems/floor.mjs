import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../../test/proof/processes.mjs';
import { Caller } from '../load/caller.mjs';
import { end, start } from './child.mjs';

const SERVER = join(import.meta.dirname, '../floor/server.mjs');

/** The yardstick: see floor/server.mjs. */
export class Floor {
  name = 'floor';
  processes;
  #caller;

  static async start({ database, gateway, connections, folder }) {
    const floor = new Floor();
    const port = await freePort();
    const log = join(folder, 'floor.log');
    const child = start([SERVER, port, database.href, gateway.url], { env: {}, log });
    floor.processes = { api: child };
    floor.#caller = new Caller(port, connections);
    await Promise.race([once(child, 'message'), once(child, 'exit').then(() => refuse(log))]);
    return floor;
  }

  async request(phone) {
    await this.#caller.send('POST', '/request', { body: { phone } });
  }

  verify(phone, code) {
    return this.#caller.send('POST', '/verify', { body: { phone, code } });
  }

  me({ token }) {
    return this.#caller.send('GET', '/me', { token });
  }

  refresh({ refresh }) {
    return this.#caller.send('POST', '/refresh', { body: { refresh } });
  }

  activate({ token }, inviteCode) {
    return this.#caller.send('POST', '/activate', { token, body: { inviteCode } });
  }

  /** A page of invitees; answers where the next begins. */
  async invitees({ token }, before) {
    return (await this.#caller.send('POST', '/invitees', { token, body: { before } })).next;
  }

  async close() {
    this.#caller.close();
    await end(this.processes.api);
  }
}

function refuse(log) {
  throw new Error(`the floor did not start: see ${log}`);
}
