import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { BEHAVIOURS } from './behaviours.mjs';

const CODE = /(?<!\d)\d{4,8}(?!\d)/;
const codeIn = (message) => message && CODE.exec(message.text)?.[0];

/**
 * Stands in for SMS Aero (HTTP API v2): takes every message unless it is told otherwise, and remembers each that reached it. It has
 * money, and tells of every message that it is on its way.
 */
export class Gateway extends EventEmitter {
  /**
   * Every message that it took, in the order of arrival, also those whose sender died before the answer, or got none:
   * `{ id, to, text, callbackUrl }`.
   */
  received = [];
  /** How many wait for their answer. */
  open = 0;
  /** What meets a message for which nothing else is arranged: one of {@link BEHAVIOURS}, and whether the message is taken. */
  usual = { name: 'accepts', takes: true };
  /** What it tells of messages that it took: 0 on its way, 1 delivered, 2 not delivered. */
  state = 0;
  /** The ids of the messages that it was asked about, in this order. */
  asked = [];
  #byRecipient = new Map();
  #arrivals = new Map();
  #arranged = new Map();
  #server = createServer((request, response) => void this.#meet(request, response));
  #port = 0;
  #delayMs;

  constructor(delayMs) {
    super();
    this.setMaxListeners(0);
    this.#delayMs = delayMs;
  }

  /** @param delayMs how long it waits before each answer */
  static async start(delayMs) {
    const gateway = new Gateway(delayMs);
    await gateway.#openDoor();
    return gateway;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}/v2/`;
  }

  /** Refuses connections for a while; those that are busy go on. */
  async shutDoorFor(milliseconds) {
    this.#server.close();
    await pause(milliseconds);
    await this.#openDoor();
  }

  /** Arranges what meets the next messages to a phone, one after another: as {@link usual}. */
  arrange(phone, meetings) {
    this.#arranged.set(phone, [...meetings]);
  }

  /** What it took for a phone, the oldest first. */
  messagesTo(phone) {
    return this.#byRecipient.get(phone) ?? [];
  }

  /** How it met what arrived for a phone, taken or not: `{ name, id }`, the id of what it took. */
  arrivalsFor(phone) {
    return this.#arrivals.get(phone) ?? [];
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
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #openDoor() {
    await once(this.#server.listen(this.#port, '127.0.0.1'), 'listening');
    this.#port = this.#server.address().port;
  }

  async #meet(request, response) {
    const body = await bodyOf(request);
    if (body === undefined) return;
    const question = JSON.parse(body);
    if (request.url.endsWith('/sms/send')) return this.#receive(question, response);
    if (request.url.endsWith('/sms/status')) this.asked.push(String(question.id));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ success: true, data: { balance: 1_000, status: this.state }, message: null }));
  }

  async #receive({ number, text, callbackUrl }, response) {
    this.#waits(response);
    const to = `+${number}`;
    const { name, takes } = this.#arranged.get(to)?.shift() ?? this.usual;
    const message = { id: this.received.length + 1, to, text, callbackUrl };
    this.#arrivals.set(to, [...this.arrivalsFor(to), { name, id: takes ? message.id : undefined }]);
    if (takes) this.#remember(message);
    this.emit('arrival');
    await pause(this.#delayMs());
    BEHAVIOURS[name].met(response, message);
  }

  #waits(response) {
    if (response.closed) return;
    this.open += 1;
    response.once('close', () => (this.open -= 1));
  }

  #remember(message) {
    this.received.push(message);
    this.#byRecipient.set(message.to, [...this.messagesTo(message.to), message]);
    this.emit('message', message);
    this.emit(message.to);
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
