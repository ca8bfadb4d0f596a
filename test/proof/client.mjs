import { Agent, request } from 'node:http';

const PHONES = 1_000_000_000;
/** Steps over number blocks, so that neighbours share none. */
const PHONE_STEP = 10_007;

let phones = 0;
let networks = 0;

/** A mobile phone that nobody had before. */
export function newPhone() {
  phones += 1;
  return `+79${String((phones * PHONE_STEP) % PHONES).padStart(9, '0')}`;
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

  /** Answers `{ status, headers, body }`; rejects only when the connection fails. */
  post(path, body, { from, key, token } = {}) {
    return this.#sendJson('POST', path, { body, from, key, token });
  }

  patch(path, body, { token }) {
    return this.#sendJson('PATCH', path, { body, token });
  }

  get(path, token) {
    return this.#send({ method: 'GET', path, headers: token ? { authorization: `Bearer ${token}` } : {} });
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

  #send(options, payload) {
    const port = this.#ports[this.#turn++ % this.#ports.length];
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, agent: this.#agent, ...options }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: parsed(text) }),
        );
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
