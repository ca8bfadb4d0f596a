import { Agent, request } from 'node:http';

const PHONES = 1_000_000_000;
/** Steps over number blocks, so that neighbours share none. */
const PHONE_STEP = 10_007;
/** The only mobile prefix that the numbering plan has not given to anybody. */
const NOBODYS = '+79300';

let phones = 0;
let networks = 0;

/** A mobile phone that nobody had before. */
export function newPhone() {
  phones += 1;
  const phone = phoneOf((phones * PHONE_STEP) % PHONES);
  return phone.startsWith(NOBODYS) ? newPhone() : phone;
}

/** The mobile phone with this number, below a thousand million. */
const phoneOf = (number) => `+79${String(number).padStart(9, '0')}`;

/** Any mobile phone, perhaps one that somebody had before. @param random a {@link Random} */
export function anyPhone(random) {
  const phone = phoneOf(random.between(0, PHONES - 1));
  return phone.startsWith(NOBODYS) ? anyPhone(random) : phone;
}

/** A number block that nobody had before: answers a phone of it at each call. */
export function newBlock() {
  const block = newPhone().slice(0, -4);
  let taken = 0;
  return () => `${block}${String((taken += 1)).padStart(4, '0')}`;
}

/** An address on a network of its own, as a proxy forwards it. */
export function newNetwork() {
  networks += 1;
  return `10.${(networks >> 8) & 255}.${networks & 255}.7`;
}

/** Speaks to every API process in turn, as a load balancer would. */
export class Client {
  #ports;
  #turn = 0;
  #agent = new Agent({ keepAlive: true, maxSockets: 256 });

  constructor(ports) {
    this.#ports = ports;
  }

  /** Answers `{ status, headers, body, text, port }`; rejects only when the connection fails. */
  post(path, body, { from, key, token } = {}) {
    return this.#sendJson('POST', path, { body, from, key, token });
  }

  patch(path, body, { token }) {
    return this.#sendJson('PATCH', path, { body, token });
  }

  put(path, body, { token }) {
    return this.#sendJson('PUT', path, { body, token });
  }

  get(path, token) {
    return this.#send({ method: 'GET', path, headers: token ? { authorization: `Bearer ${token}` } : {} });
  }

  /** The answer of every process. */
  getFromEach(path) {
    return Promise.all(this.#ports.map((port) => this.#send({ method: 'GET', path, port })));
  }

  delete(path, { token }) {
    return this.#send({ method: 'DELETE', path: `/api/v1${path}`, headers: { authorization: `Bearer ${token}` } });
  }

  requestCode(phone, from, key) {
    return this.post('/auth/otp/request', { phone }, { from, key });
  }

  verify(challengeId, code, from) {
    return this.post('/auth/otp/verify', { challengeId, code }, { from });
  }

  close() {
    this.#agent.destroy();
  }

  #sendJson(method, path, { body, from, key, token }) {
    const payload = JSON.stringify(body);
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(payload),
      ...(from && { 'x-forwarded-for': from }),
      ...(key && { 'idempotency-key': key }),
      ...(token && { authorization: `Bearer ${token}` }),
    };
    return this.#send({ method, path: `/api/v1${path}`, headers }, payload);
  }

  #send(sending, payload) {
    const options = { port: this.#ports[this.#turn++ % this.#ports.length], ...sending };
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', agent: this.#agent, ...options }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status, headers } = response;
          resolve({ status, headers, body: parsed(text), text, port: options.port });
        });
      });
      sent.on('error', reject);
      sent.end(payload);
    });
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
