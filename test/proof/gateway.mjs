import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const CODE = /(?<!\d)\d{4,8}(?!\d)/;
const codeIn = (message) => message && CODE.exec(message.text)?.[0];

/**
 * Stands in for SMS Aero (HTTP API v2): takes every message, and remembers each that reached it. It has money, and tells of
 * every message that it is on its way.
 */
export class Gateway extends EventEmitter {
  /** Every message in the order of arrival, also those whose sender died before the answer: `{ id, to, text }`. */
  received = [];
  /** How many wait for their answer. */
  open = 0;
  #byRecipient = new Map();
  #server = createServer((request, response) => void this.#take(request, response));
  #delayMs;

  constructor(delayMs) {
    super();
    this.setMaxListeners(0);
    this.#delayMs = delayMs;
  }

  /** @param delayMs how long it waits before each answer */
  static async start(delayMs) {
    const gateway = new Gateway(delayMs);
    await once(gateway.#server.listen(0, '127.0.0.1'), 'listening');
    return gateway;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}/v2/`;
  }

  /** What reached a phone, the oldest first. */
  messagesTo(phone) {
    return this.#byRecipient.get(phone) ?? [];
  }

  /** The code of the `nth` message to a phone, as soon as it is there; undefined when it is not within `seconds`. */
  async codeTo(phone, options = {}) {
    const { nth, seconds } = { nth: 1, seconds: 10, ...options };
    const signal = AbortSignal.timeout(seconds * 1_000);
    while (this.messagesTo(phone).length < nth && !signal.aborted) {
      await once(this, phone, { signal }).catch(() => undefined);
    }
    return codeIn(this.messagesTo(phone)[nth - 1]);
  }

  /** How many messages came again with the same number and text. */
  get repeated() {
    return this.received.length - new Set(this.received.map(({ to, text }) => `${to} ${text}`)).size;
  }

  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request, response) {
    const body = await bodyOf(request);
    if (body === undefined) return;
    if (!request.url.endsWith('/sms/send')) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ success: true, data: { balance: 1_000, status: 0 }, message: null }));
      return;
    }
    const message = this.#remember(JSON.parse(body));
    this.open += 1;
    await pause(this.#delayMs());
    this.open -= 1;
    const data = { id: message.id, from: 'SMS Aero', number: message.to.slice(1), status: 0, extendStatus: 'queue' };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ success: true, data, message: null }));
  }

  #remember({ number, text }) {
    const message = { id: this.received.length + 1, to: `+${number}`, text };
    this.received.push(message);
    this.#byRecipient.set(message.to, [...this.messagesTo(message.to), message]);
    this.emit('message', message);
    this.emit(message.to);
    return message;
  }
}

/** Undefined when the sender was killed half-way: it has sent nothing. */
async function bodyOf(request) {
  try {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    return body;
  } catch {
    return undefined;
  }
}
