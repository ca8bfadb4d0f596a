import { once } from 'node:events';
import { createServer, connect } from 'node:net';

/** A port that stays the same while the server behind it goes and comes back elsewhere. Closed, it refuses connections. */
export class Relay {
  /**
   * Sees what goes through, `(chunk, toServer)`, and answers how many bytes of it still arrive before the connection is cut;
   * undefined lets all of it pass.
   */
  meddler;
  #target;
  #port = 0;
  #server;
  #sockets = new Set();

  static async start(targetPort) {
    const relay = new Relay();
    await relay.open(targetPort);
    return relay;
  }

  get port() {
    return this.#port;
  }

  async open(targetPort) {
    this.#target = targetPort;
    this.#server = createServer((socket) => this.#join(socket));
    await once(this.#server.listen(this.#port, '127.0.0.1'), 'listening');
    this.#port = this.#server.address().port;
  }

  async close() {
    if (!this.#server?.listening) return;
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  /** Without regard to pressure: what goes through here is small. */
  #pass(chunk, { socket, other, toServer }) {
    const passed = this.meddler?.(chunk, toServer);
    if (passed === undefined) {
      other.write(chunk);
      return;
    }
    // What has passed arrives, and is acted upon; nobody hears of it any more.
    other.end(chunk.subarray(0, passed));
    socket.destroy();
  }

  #join(near) {
    const far = connect(this.#target, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.on('end', () => other.end());
      socket.on('data', (chunk) => this.#pass(chunk, { socket, other, toServer: socket === near }));
    }
  }
}
