import { once } from 'node:events';
import { createServer } from 'node:http';

const CODE = /(?<!\d)\d{4,8}(?!\d)/;
const LONGEST_WAIT_MS = 10_000;

/** Takes messages as SMS Aero does (HTTP API v2), at once and all of them, and hands their codes to whoever waits. */
export class Gateway {
  #server = createServer((asked, response) => this.#read(asked, response));
  #waiting = new Map();
  #arrived = new Map();
  #messages = 0;

  static async start() {
    const gateway = new Gateway();
    await once(gateway.#server.listen(0, '127.0.0.1'), 'listening');
    return gateway;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}/v2/`;
  }

  /** The code that was sent to a phone, and when it came: `{ code, at }`. Rejects after 10 s. */
  codeTo(phone) {
    const early = this.#arrived.get(phone);
    this.#arrived.delete(phone);
    if (early) return Promise.resolve(early);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(phone);
        reject(new Error('no message within 10 s'));
      }, LONGEST_WAIT_MS);
      this.#waiting.set(phone, (arrival) => {
        clearTimeout(timer);
        resolve(arrival);
      });
    });
  }

  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #read(asked, response) {
    let body = '';
    asked.setEncoding('utf8').on('data', (chunk) => (body += chunk));
    asked.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ success: true, data: this.#answer(body && JSON.parse(body)), message: null }));
    });
  }

  #answer({ number, text }) {
    if (text === undefined) return { balance: 1_000_000 };
    this.#arrive(`+${number}`, { code: CODE.exec(text)?.[0], at: performance.now() });
    this.#messages += 1;
    return { id: this.#messages, number, text, status: 0, extendStatus: 'queue', cost: 5.49 };
  }

  #arrive(phone, arrival) {
    const wake = this.#waiting.get(phone);
    this.#waiting.delete(phone);
    if (wake) wake(arrival);
    else this.#arrived.set(phone, arrival);
  }
}
