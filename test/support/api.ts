import type { Problem } from '../../src/common/http/problem.js';
import type { ChallengeDto, ChallengeStatusDto, TokensDto } from '../../src/modules/auth/auth.dto.js';
import type { ProfileDto } from '../../src/modules/profiles/profile.dto.js';
import type { InboxMessageDto, InboxPageDto, WaitResultDto } from '../../src/modules/qa/inbox.dto.js';
import { checkAgainstContract } from './contract.js';

/** What a value is once it went over the wire. */
export type Json<Value> = Value extends Date
  ? string
  : Value extends object
    ? { readonly [Key in keyof Value]: Json<Value[Key]> }
    : Value;

export type Challenge = Json<ChallengeDto>;
export type ChallengeStatus = Json<ChallengeStatusDto>;
export type Tokens = Json<TokensDto>;
export type Profile = Json<ProfileDto>;
export type InboxMessage = Json<InboxMessageDto>;
export type Refusal = Json<Problem> & { readonly attemptsLeft?: number };

export type Headers = Readonly<Record<string, string>>;

export interface Answer<Body> {
  readonly status: number;
  readonly headers: globalThis.Headers;
  readonly body: Body;
  readonly text: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Headers;
  readonly body?: string | Buffer<ArrayBuffer>;
}

/** The API as one client sees it. Every answer is checked against the contract. */
export class Api {
  constructor(
    private readonly url: string,
    private readonly headers: Headers = {},
  ) {}

  /** The same client with more headers, as after signing in. */
  with(headers: Headers): Api {
    return new Api(this.url, { ...this.headers, ...headers });
  }

  /** Asks for a code. `request` is `{ phone, region? }`. */
  requestCode(request: object, headers?: Headers): Promise<Answer<Challenge>> {
    return this.post('/api/v1/auth/otp/request', request, headers);
  }

  resendCode(challengeId: string, headers?: Headers): Promise<Answer<Challenge>> {
    return this.post('/api/v1/auth/otp/resend', { challengeId }, headers);
  }

  statusOf(challengeId: string): Promise<Answer<ChallengeStatus>> {
    return this.post('/api/v1/auth/otp/status', { challengeId });
  }

  verify(challengeId: string, code: string, headers?: Headers): Promise<Answer<Tokens>> {
    return this.post('/api/v1/auth/otp/verify', { challengeId, code }, headers);
  }

  me(): Promise<Answer<Profile>> {
    return this.get('/api/v1/users/me');
  }

  inbox(query: string): Promise<Answer<Json<InboxPageDto>>> {
    return this.get(`/api/v1/qa/messages?${query}`);
  }

  latestMessage(query: string): Promise<Answer<InboxMessage>> {
    return this.get(`/api/v1/qa/messages/latest?${query}`);
  }

  waitForMessage(query: string): Promise<Answer<Json<WaitResultDto>>> {
    return this.get(`/api/v1/qa/messages/wait?${query}`);
  }

  get<Body>(path: string, headers?: Headers): Promise<Answer<Body>> {
    return this.send(path, { headers });
  }

  post<Body>(path: string, body: object, headers: Headers = {}): Promise<Answer<Body>> {
    const json = { 'content-type': 'application/json', ...headers };
    return this.send(path, { method: 'POST', headers: json, body: JSON.stringify(body) });
  }

  async send<Body>(path: string, { method = 'GET', headers = {}, body }: RawRequest): Promise<Answer<Body>> {
    const response = await fetch(this.url + path, { method, headers: { ...this.headers, ...headers }, body });
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, body: bodyOf(response, text), text };
    checkAgainstContract({ method, path, ...answer });
    return answer as Answer<Body>;
  }
}

/** What a refused request answered. */
export const refusal = (answer: Answer<unknown>): Refusal => answer.body as Refusal;

function bodyOf(response: Response, text: string): unknown {
  return /[/+]json\b/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
}
