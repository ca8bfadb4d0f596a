import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** What becomes of the messages that {@link AcmeGateway} is given. */
export type AcmeFate = 'delivered' | 'undelivered' | 'refused' | 'hangs';

/** The gateway of the provider that the README shows. It exists for that alone. */
export class AcmeGateway {
  fate: AcmeFate = 'delivered';
  private readonly states = new Map<string, AcmeFate>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<AcmeGateway> {
    const server = createServer();
    const gateway = new AcmeGateway(server);
    server.on('request', (request, response) => void gateway.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, subject, id = ''] = (request.url ?? '').split('/');
    if (subject === 'account') return reply(response, 200, { balance: 12.5 });
    if (request.method === 'GET') return reply(response, 200, { state: this.states.get(id) ?? 'queued' });
    const message = (await json(request)) as { id: string };
    if (this.fate === 'hangs') return;
    if (this.fate === 'refused') return reply(response, 422, { reason: 'no such number' });
    this.states.set(`acme-${message.id}`, this.fate);
    reply(response, 201, { id: `acme-${message.id}` });
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
