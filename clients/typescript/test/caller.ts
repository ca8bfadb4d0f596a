import type { TestApp } from '../../../test/support/app.js';
import { freshAddress, freshEmail } from '../../../test/support/world.js';
import { createLatchkeyClient, type LatchkeyClient, type LatchkeyOptions } from '../src/client.js';
import { memoryTokens, type StoredTokens, type TokenStore } from '../src/tokens.js';

const REFRESH = '/api/v1/auth/token/refresh';

type Fetch = (request: Request) => Promise<Response>;
/** What happens to a request instead of being sent; `send` sends it. */
type Fault = (request: Request, send: Fetch) => Promise<Response>;

export interface Sent {
  readonly path: string;
  readonly headers: Headers;
  readonly status?: number;
}

/** Somebody with an app that uses the client, and a network of their own through which all of its requests go. */
export class Caller {
  /** Not a phone: an SMS takes a second or two. */
  readonly email = freshEmail();
  readonly tokens: TokenStore;
  readonly client: LatchkeyClient;
  /** All that was sent, with the statuses that came back. */
  readonly sent: Sent[] = [];
  readonly signOuts: string[] = [];
  private readonly faults = new Map<string, Fault[]>();
  private readonly address = freshAddress();

  constructor(app: TestApp, options: Partial<LatchkeyOptions> = {}) {
    this.tokens = options.tokens ?? memoryTokens();
    this.client = createLatchkeyClient({
      baseUrl: app.url,
      tokens: this.tokens,
      onSignedOut: (code) => void this.signOuts.push(code),
      fetch: (request) => this.fetch(request),
      ...options,
    });
  }

  /** The next request to this path meets that, and each fault given so is met by one. */
  meets(path: string, fault: Fault): void {
    this.faults.set(path, [...(this.faults.get(path) ?? []), fault]);
  }

  sentTo(path: string): Sent[] {
    return this.sent.filter((sent) => sent.path === path);
  }

  get refreshes(): number {
    return this.sentTo(REFRESH).length;
  }

  async readCode(): Promise<string> {
    const query = { to: this.email, timeout: 10 };
    const { message } = await this.client.GET('/api/v1/qa/messages/wait', { params: { query } });
    if (!message?.code) throw new Error('No code came.');
    return message.code;
  }

  /** Asks for a code; answers its challenge. */
  async ask(): Promise<string> {
    return (await this.client.POST('/api/v1/auth/otp/request', { body: { email: this.email } })).challengeId;
  }

  async signIn(): Promise<this> {
    const challengeId = await this.ask();
    await this.client.POST('/api/v1/auth/otp/verify', { body: { challengeId, code: await this.readCode() } });
    return this;
  }

  async stored(): Promise<StoredTokens> {
    const tokens = await this.tokens.get();
    if (!tokens) throw new Error('Nobody is signed in.');
    return tokens;
  }

  /** As where the key that signed it has been revoked. */
  async spoilAccessToken(): Promise<void> {
    await this.tokens.set({ ...(await this.stored()), accessToken: 'spoilt' });
  }

  private async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    request.headers.set('x-forwarded-for', this.address);
    const note: { -readonly [Key in keyof Sent]: Sent[Key] } = { path: pathname, headers: request.headers };
    this.sent.push(note);
    const fault = this.faults.get(pathname)?.shift();
    const response = await (fault ? fault(request, fetch) : fetch(request));
    note.status = response.status;
    return response;
  }
}

/** Faults of a network. */
export const isAway: Fault = () => Promise.reject(new TypeError('fetch failed'));
export const losesTheAnswer: Fault = async (request, send) => {
  await send(request);
  throw new TypeError('fetch failed');
};
export const cutsTheAnswerShort: Fault = async (request, send) => {
  const { headers, status } = await send(request);
  return new Response(new ReadableStream({ start: (body) => body.error(new TypeError('terminated')) }), {
    headers,
    status,
  });
};
export const answers =
  (status: number, body: string, contentType: string): Fault =>
  () =>
    Promise.resolve(new Response(body, { status, headers: { 'content-type': contentType } }));
export const problem = (status: number, code: string): Fault =>
  answers(
    status,
    JSON.stringify({
      type: `urn:latchkey:error:${code}`,
      title: code,
      status,
      code,
      instance: 'urn:latchkey:request:1',
    }),
    'application/problem+json',
  );
