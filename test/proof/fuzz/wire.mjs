import { connect } from 'node:net';
import { readAnswer } from './answers.mjs';

/** How long an answer is waited for: longer than the service waits for a request that does not end. */
const PATIENCE_MS = 40_000;
/** After so long it is taken that the service waits for more, and it is told that there will be none. */
const PAUSE_MS = 150;
/** More than this many connections are not kept for the next request. */
const MOST_IDLE = 32;

/** Speaks HTTP/1.1 as bytes: what no client would send can be sent, and what comes is read to the byte. */
export class Wire {
  #port;
  #idle = [];

  constructor(port) {
    this.#port = port;
  }

  /**
   * Sends one request, and answers what came: `{ status, headers, body }`, headers by their names in lower case, the body as bytes;
   * undefined when the connection was closed without an answer, or `patienceMs` were over.
   * @param options `{ bytes, method, patienceMs, ends }`: `ends` where the service may wait for more than is sent
   */
  async ask(options) {
    const kept = this.#idle.pop();
    if (kept && !kept.closed) {
      const answer = await this.#askOn(kept, options);
      // It may have been closed while the request was on its way: that is no answer, and none was begun.
      if (answer || !kept.wasDropped) return answer;
    }
    return this.#askOn(new Connection(this.#port), options);
  }

  /** Sends bytes that may be several requests or none, and answers everything that came until the connection was closed. */
  async tell(bytes, methods) {
    const connection = new Connection(this.#port);
    const answers = [];
    connection.send(bytes);
    for (;;) {
      const answer = await connection.lastAnswer(methods[answers.length] ?? 'GET', PATIENCE_MS);
      if (!answer) break;
      answers.push(answer);
    }
    connection.close();
    return { answers, closed: connection.closed, rest: connection.rest };
  }

  close() {
    for (const connection of this.#idle) connection.close();
  }

  async #askOn(connection, { bytes, method, patienceMs = PATIENCE_MS, ends = false }) {
    connection.send(bytes);
    const answer = await (ends ? connection.lastAnswer(method, patienceMs) : connection.answer(method, patienceMs));
    if (!ends && keeps(answer) && connection.rest.length === 0 && this.#idle.length < MOST_IDLE)
      this.#idle.push(connection);
    else connection.close();
    return answer;
  }
}

/** Whether the connection can be used again. */
const keeps = (answer) => answer !== undefined && !/close/i.test(String(answer.headers.connection));

class Connection {
  /** Whether it was closed by the other side before anything was answered to what was sent last. */
  wasDropped = false;
  closed = false;
  rest = Buffer.alloc(0);
  #socket;
  #wake = () => undefined;

  constructor(port) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    this.#socket.on('data', (chunk) => {
      this.rest = Buffer.concat([this.rest, chunk]);
      this.#wake();
    });
    // An answer may have come before the connection was cut: what is there counts.
    this.#socket.on('error', () => undefined);
    for (const event of ['end', 'close']) {
      this.#socket.on(event, () => {
        this.closed = true;
        this.#wake();
      });
    }
  }

  send(bytes) {
    this.wasDropped = false;
    this.#socket.write(bytes);
  }

  /** The next answer; when none comes soon, that which comes once the service knows that nothing more is sent. */
  async lastAnswer(method, patienceMs) {
    const soon = await this.answer(method, PAUSE_MS);
    if (soon || this.closed) return soon;
    this.#socket.end();
    return this.answer(method, patienceMs);
  }

  async answer(method, patienceMs) {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const read = readAnswer(this.rest, { method, closed: this.closed });
      if (read) {
        this.rest = read.rest;
        return read.answer;
      }
      if (this.closed) this.wasDropped = this.rest.length === 0;
      if (this.closed || performance.now() >= deadline) return undefined;
      await this.#news(deadline - performance.now());
    }
  }

  close() {
    this.#socket.destroy();
  }

  #news(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
