import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message that was handed over by `sms/send`. */
export interface GatewayRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly number: string;
  readonly text: string;
  readonly sign: string;
  readonly callbackUrl?: string;
  readonly callbackFormat?: string;
}

/** Anything that was asked. */
export interface GatewayCall {
  /** Below the base, such as `sms/status`. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** How the gateway meets a request. */
export type Reaction = (response: ServerResponse, request: GatewayRequest) => void;

interface Taken {
  readonly number: string;
  readonly text: string;
  state: number;
}

/** What `extendStatus` says for the numbers in `status`. */
const WORDS: Record<number, string> = {
  0: 'queue',
  1: 'delivery',
  2: 'undelivered',
  3: 'sent',
  4: 'wait',
  6: 'reject',
  8: 'moderation',
};

/** Every message that any gateway of this process has taken, by its id. */
const taken = new Map<number, Taken>();
let ids = 1_000;

/** Answers just this. */
export const answering =
  (status: number, body: string | Uint8Array, headers: Record<string, string> = {}): Reaction =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);

const json = (status: number, body: unknown, headers?: Record<string, string>): Reaction =>
  answering(status, JSON.stringify(body), headers);

const failing = (status: number, message: string, data: unknown = null, headers?: Record<string, string>): Reaction =>
  json(status, { success: false, data, message }, headers);

function messageOf(id: number, { number, text, state }: Taken) {
  const times = { dateCreate: 1_719_119_523, dateSend: 1_719_119_523 };
  const status = { status: state, extendStatus: WORDS[state] ?? `state ${state}` };
  return { id, from: 'SMS Aero', number, text, ...status, channel: 'FREE SIGN', cost: 5.49, ...times };
}

const taking =
  (state: number, shape: (message: object) => unknown = (message) => message): Reaction =>
  (response, { number, text }) => {
    ids += 1;
    const message = { number, text, state };
    taken.set(ids, message);
    json(200, { success: true, data: shape(messageOf(ids, message)), message: null })(response, {} as GatewayRequest);
  };

/** What the SMS Aero gateway is known to do, and what any server may do. */
export const REACTIONS = {
  accepts: taking(0),
  acceptsAsList: taking(0, (message) => [message]),
  acceptsWithTextId: taking(0, (message) => ({ ...message, id: String(ids) })),
  moderates: taking(8),
  refusesWithSuccessFalse: failing(200, 'Rejected by moderation'),
  refusesWithState: json(200, { success: true, data: { id: 5, status: 6, extendStatus: 'reject' }, message: null }),
  refusesAsUndelivered: json(200, { success: true, data: [{ id: 5, status: '2' }], message: null }),
  refusesAsInV1: json(200, { result: 'reject', reason: 'in blacklist' }),
  refusesUserAsInV1: json(500, { result: 'reject', reason: 'incorrect user or password' }),
  hasNoCreditsAsInV1: json(200, { result: 'no credits' }),
  refusesNumber: failing(400, 'Validation error.', { number: ['incorrect'] }),
  refusesNumberWith200: failing(200, 'Validation error.', { number: ['incorrect'] }),
  refusesText: failing(400, 'Validation error.', { text: ['Text is too long'] }),
  refusesSign: failing(400, 'Validation error.', { sign: ['incorrect'] }),
  refusesCredentials: failing(401, 'Your request was made with invalid credentials.'),
  refusesCredentialsWith200: failing(200, 'Your request was made with invalid credentials.'),
  hasNoMoney: failing(402, 'Not enough money'),
  hasNoMoneyWith200: failing(200, 'Not enough money'),
  hasNoMoneyWith400: failing(400, 'Not enough money'),
  refusesAddress: failing(404, 'Invalid ip-address'),
  refusesAddressWith200: failing(200, 'Invalid ip-address'),
  isBusy: failing(429, 'Too many requests'),
  isBusyForSeconds: failing(429, 'Too many requests', null, { 'retry-after': '7' }),
  isBusyWith200: failing(200, 'Too many requests'),
  fails: failing(500, 'Internal error'),
  isDown: failing(503, 'Service unavailable', null, { 'retry-after': '120' }),
  failsBehindProxy: answering(502, '<h1>Bad gateway</h1>', { 'content-type': 'text/html' }),
  answersGarbage: answering(200, '{"success":tr'),
  answersPage: answering(200, '<h1>Welcome</h1>', { 'content-type': 'text/html' }),
  answersNothing: json(200, null),
  answersWithoutBody: answering(204, ''),
  answersWithoutEnd: answering(200, `{"success":true,"data":{"id":1,"status":0},"message":"${'x'.repeat(70_000)}"}`),
  forgetsId: json(200, { success: true, data: { status: 0 }, message: null }),
  forgetsSuccess: json(200, { data: { id: 5, status: 0 }, message: null }),
  redirects: (response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
  hangs: () => undefined,
  stalls: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"success":');
  },
  dribbles: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const drops = setInterval(() => response.write(' '), 20);
    response.once('close', () => clearInterval(drops));
  },
  closesHalfWay: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"success":', () => response.destroy());
  },
  closesAtOnce: (response) => void response.destroy(),
  speaksNoHttp: (response) => void response.socket?.end('220 mail.example.org ESMTP\r\n'),
} as const satisfies Record<string, Reaction>;

/** A stand-in for gate.smsaero.ru on a port of its own, which remembers what it was asked. */
export class SmsAeroGateway {
  /** The messages that were handed over. */
  readonly requests: GatewayRequest[] = [];
  /** All that was asked, `sms/send` included. */
  readonly calls: GatewayCall[] = [];
  /** What meets a message for which nothing else was arranged. */
  usual: Reaction = REACTIONS.accepts;
  /** What meets requests for other paths instead of a true answer, by path. */
  instead: Readonly<Record<string, Reaction | undefined>> = {};
  /** What is left in the account, in roubles. */
  balance: number | string = 1_389.26;
  private readonly arranged = new Map<string, Reaction>();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => void this.meet(request, response));
  }

  static async start(): Promise<SmsAeroGateway> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SmsAeroGateway(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/v2/`;
  }

  /** Arranges what meets the next message to a phone, once. */
  meetNext(phone: string, reaction: Reaction): void {
    this.arranged.set(phone, reaction);
  }

  /** Sets what `sms/status` tells of the messages taken for a phone: 1 delivered, 2 not delivered, 6 rejected, 8 moderation… */
  setState(phone: string, state: number): void {
    for (const message of taken.values()) if (`+${message.number}` === phone) message.state = state;
  }

  /** The same for one message, by its id. */
  setStateOf(id: string, state: number): void {
    const message = taken.get(Number(id));
    if (message) message.state = state;
  }

  /** The texts that were handed over for a phone, oldest first. */
  textsTo(phone: string): string[] {
    return this.requests.filter(({ number }) => `+${number}` === phone).map(({ text }) => text);
  }

  /** Forgets what was asked and arranged. */
  reset(): void {
    this.requests.length = 0;
    this.calls.length = 0;
    this.arranged.clear();
    [this.usual, this.instead, this.balance] = [REACTIONS.accepts, {}, 1_389.26];
  }

  /** As a server does with connections that have been idle for long. */
  closeConnections(): void {
    this.server.closeIdleConnections();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async meet(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, string>;
    const { method = '', url: path = '', headers } = request;
    const { number, text, sign, callbackUrl, callbackFormat } = body;
    const message = { number, text, sign, callbackUrl, callbackFormat };
    const asked = { method, path, authorization: headers.authorization, ...message } as GatewayRequest;
    const call = { path: path.replace(/^\/v2\//, ''), authorization: headers.authorization, body };
    this.calls.push(call);
    if (call.path === 'sms/send') this.requests.push(asked);
    this.reactionTo(call, number)(response, asked);
  }

  private reactionTo({ path, body }: GatewayCall, number?: string): Reaction {
    if (path !== 'sms/send') return this.instead[path] ?? this.answerOf(path, body as { id?: unknown });
    const reaction = this.arranged.get(`+${number}`) ?? this.usual;
    this.arranged.delete(`+${number}`);
    return reaction;
  }

  private answerOf(path: string, { id }: { readonly id?: unknown }): Reaction {
    if (path === 'balance') return json(200, { success: true, data: { balance: this.balance }, message: null });
    if (path === 'auth') return json(200, { success: true, data: null, message: 'Successful authorization.' });
    if (path !== 'sms/status') return failing(404, 'Not found');
    const message = taken.get(Number(id));
    if (!message) return failing(400, 'Validation error.', { id: ['incorrect'] });
    // As captured: here the cost is a string.
    const told = { ...messageOf(Number(id), message), cost: '5.49', dateAnswer: 1_719_119_530 };
    return json(200, { success: true, data: told, message: null });
  }
}
