import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GatewayRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly number: string;
  readonly text: string;
  readonly sign: string;
}

/** How the gateway meets a request. */
export type Reaction = (response: ServerResponse, request: GatewayRequest) => void;

let ids = 1_000;

const json =
  (status: number, body: unknown): Reaction =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** What the SMS Aero gateway is known to do, and what any server may do. */
export const REACTIONS = {
  accepts: (response, { number, text }) => {
    ids += 1;
    const message = { id: ids, from: 'SMS Aero', number, text, status: 0, extendStatus: 'queue', cost: 2.9 };
    json(200, { success: true, data: [message], message: null })(response, {} as GatewayRequest);
  },
  refusesWithSuccessFalse: json(200, { success: false, data: null, message: 'Rejected by moderation' }),
  refusesWithState: json(200, { success: true, data: [{ id: 5, status: 6, extendStatus: 'reject' }], message: null }),
  refusesNumber: json(400, { success: false, data: { number: ['Number is invalid'] }, message: 'Validation error.' }),
  refusesText: json(400, { success: false, data: { text: ['Text is too long'] }, message: 'Validation error.' }),
  refusesCredentials: json(401, {
    success: false,
    data: null,
    message: 'Your request was made with invalid credentials.',
  }),
  hasNoMoney: json(402, { success: false, data: null, message: 'Not enough money' }),
  refusesAddress: json(404, { success: false, data: null, message: 'Not found' }),
  isBusy: json(429, { success: false, data: null, message: 'Too many requests' }),
  fails: json(500, { success: false, data: null, message: 'Internal error' }),
  failsBehindProxy: (response) =>
    void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
  answersGarbage: (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{"success":tr'),
  answersPage: (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'),
  answersNothing: json(200, null),
  forgetsId: json(200, { success: true, data: [{ status: 0 }], message: null }),
  redirects: (response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
  hangs: () => undefined,
  closesHalfWay: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"success":', () => response.destroy());
  },
  closesAtOnce: (response) => void response.destroy(),
} as const satisfies Record<string, Reaction>;

/** A stand-in for gate.smsaero.ru on a port of its own, which remembers what it was asked. */
export class SmsAeroGateway {
  readonly requests: GatewayRequest[] = [];
  /** What meets a request for which nothing else was arranged. */
  usual: Reaction = REACTIONS.accepts;
  private readonly arranged = new Map<string, Reaction>();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => void this.meet(request, response));
  }

  static async start(): Promise<SmsAeroGateway> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SmsAeroGateway(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v2/`;
  }

  /** Arranges what meets the next request for a phone, once. */
  meetNext(phone: string, reaction: Reaction): void {
    this.arranged.set(phone, reaction);
  }

  /** The texts that were handed over for a phone, oldest first. */
  textsTo(phone: string): string[] {
    return this.requests.filter(({ number }) => `+${number}` === phone).map(({ text }) => text);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async meet(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { number, text, sign } = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>;
    const { method = '', url: path = '', headers } = request;
    const asked = { method, path, authorization: headers.authorization, number, text, sign } as GatewayRequest;
    this.requests.push(asked);
    const reaction = this.arranged.get(`+${number}`) ?? this.usual;
    this.arranged.delete(`+${number}`);
    reaction(response, asked);
  }
}
