import { Agent, request } from 'node:http';

/** Speaks JSON to one port, over connections that stay open. */
export class Caller {
  #port;
  #agent;

  /** @param connections how many there are at most */
  constructor(port, connections) {
    this.#port = port;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Answers the body; rejects where the answer is not 2xx. */
  send(method, path, { body, token, from } = {}) {
    const payload = body && JSON.stringify(body);
    const headers = {
      ...(payload && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(from && { 'x-forwarded-for': from }),
    };
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.#port, agent: this.#agent, method, path, headers };
      const sent = request(options, (response) => read(response, { resolve, reject }));
      sent.on('error', reject);
      sent.end(payload);
    });
  }

  close() {
    this.#agent.destroy();
  }
}

function read(response, { resolve, reject }) {
  let text = '';
  response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  response.on('error', reject);
  response.on('end', () => {
    const { statusCode: status } = response;
    if (status >= 300) return reject(new Error(`${status} ${codeOf(text)}`));
    return resolve(text === '' ? undefined : JSON.parse(text));
  });
}

/** What a refusal says in a word; never its text, which may quote anything. */
const codeOf = (text) => /"code":"([\w.]+)"/.exec(text)?.[1] ?? '';
