import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { inTurns, until } from './claims.mjs';

const DRIP_MS = 500;
const OPENING = 100;

const HEAD = 'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\n';
const BODY = `${HEAD}Content-Type: application/json\r\nContent-Length: 9000\r\n\r\n`;

/**
 * What whoever wants to hold a connection sends at once, and then again and again; the longest time that it may last, by the deadlines
 * of the server, of which it looks every five seconds.
 */
export const KINDS = {
  'send nothing': { first: '', longestMs: 15_000 },
  'send headers byte by byte': { first: HEAD, drip: 'X', longestMs: 15_000 },
  'send a body byte by byte': { first: `${BODY}{"`, drip: 'x', longestMs: 25_000 },
  'send half a request and hang up': { first: BODY, hangsUp: true, longestMs: 1_000 },
  'keep a connection that was answered': { first: 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n', longestMs: 72_000 },
  // More than fits between two sockets.
  'read nothing of what they ask for': {
    first: 'GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(20),
    readsNothing: true,
    // Twice the time for which a connection may be idle: Node.js takes what was handed to the system for progress, once.
    longestMs: 132_000,
  },
};

/** Many connections to one port that are all held in the same way. */
export class Loiterers {
  #name;
  #kind;
  #port;
  #sockets = [];
  #refused = 0;
  #heldMs = [];
  #drip;

  constructor(port, name) {
    this.#port = port;
    this.#name = name;
    this.#kind = KINDS[name];
  }

  get open() {
    return this.#sockets.filter((socket) => !socket.destroyed).length;
  }

  /** How many could not connect. */
  get refused() {
    return this.#refused;
  }

  /** Milliseconds for which the longest was held. */
  get longest() {
    return Math.round(Math.max(...this.#heldMs));
  }

  async come(number) {
    await inTurns(number, () => this.#open(), { lanes: OPENING });
    const { drip } = this.#kind;
    if (drip)
      this.#drip = setInterval(() => this.#sockets.forEach((socket) => socket.writable && socket.write(drip)), DRIP_MS);
  }

  /** Resolves when the server has ended all of them; fails when that takes longer than it may, on a machine that is busy. */
  async ended(busyMs) {
    const { longestMs, readsNothing } = this.#kind;
    let seconds = (longestMs + busyMs) / 1_000;
    if (readsNothing) {
      // Where nobody reads, nobody sees the end either. Of a connection that was not ended all the answers would come, and no end.
      // Reading would let it go on, so nobody reads before its time is over, on a machine that is busy.
      await pause(longestMs + busyMs);
      for (const socket of this.#sockets) socket.resume();
      seconds = busyMs / 1_000;
    }
    await until(() => this.open === 0, { what: `the end of the last of those who ${this.#name}`, seconds });
    clearInterval(this.#drip);
  }

  leave() {
    clearInterval(this.#drip);
    for (const socket of this.#sockets) socket.destroy();
  }

  async #open() {
    const socket = connect(this.#port, '127.0.0.1');
    socket.on('error', () => undefined);
    try {
      await once(socket, 'connect');
    } catch {
      this.#refused += 1;
      return;
    }
    this.#hold(socket);
  }

  #hold(socket) {
    const since = performance.now();
    const { first, hangsUp, readsNothing } = this.#kind;
    socket.once('close', () => this.#heldMs.push(performance.now() - since));
    if (readsNothing) socket.pause();
    else socket.resume();
    if (hangsUp) socket.end(first);
    else socket.write(first);
    this.#sockets.push(socket);
  }
}
