import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A port of 127.0.0.1 that nobody uses now, and that no test beside chooses before it is used: each worker of jest has ports of its own. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return (port >> 1) % 2 === Number(process.env.JEST_WORKER_ID ?? 1) % 2 ? port : freePort();
}
