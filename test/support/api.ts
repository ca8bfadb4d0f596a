import type { Problem } from '../../src/common/http/problem.js';
import type { ExportDto } from '../../src/modules/account/account-export.dto.js';
import type { ChallengeDto, ChallengeStatusDto, TokensDto } from '../../src/modules/auth/auth.dto.js';
import type { PeoplePageDto, PersonDto } from '../../src/modules/admin/admin.dto.js';
import type { AuditPageDto } from '../../src/modules/admin/audit-log.dto.js';
import type { SessionsPageDto } from '../../src/modules/devices/devices.dto.js';
import type { ActivationDto, OwnReferralsDto } from '../../src/modules/own-referrals/own-referrals.dto.js';
import type { MessageTrailPageDto } from '../../src/modules/message-trail/message-trail.dto.js';
import type { InviteesPageDto, ProfileDto } from '../../src/modules/profiles/profile.dto.js';
import type { InboxMessageDto, InboxPageDto, WaitResultDto } from '../../src/modules/qa/inbox.dto.js';
import type { ReferralSignalsDto, ReferralTreeDto } from '../../src/modules/referral-graph/referral-graph.dto.js';
import type { LeaderboardPageDto, ReferralStatsDto } from '../../src/modules/referral-reports/referral-reports.dto.js';
import type { SendingStateDto } from '../../src/modules/sending-desk/sending-desk.dto.js';
import type { RefreshedTokensDto } from '../../src/modules/sessions/sessions.dto.js';
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
export type RefreshedTokens = Json<RefreshedTokensDto>;
export type SessionsPage = Json<SessionsPageDto>;
export type AccountExport = Json<ExportDto>;
export type Profile = Json<ProfileDto>;
export type Person = Json<PersonDto>;
export type PeoplePage = Json<PeoplePageDto>;
export type AuditPage = Json<AuditPageDto>;
export type ReferralTree = Json<ReferralTreeDto>;
export type ReferralSignals = Json<ReferralSignalsDto>;
export type Activation = Json<ActivationDto>;
export type OwnReferrals = Json<OwnReferralsDto>;
export type InviteesPage = Json<InviteesPageDto>;
export type ReferralStats = Json<ReferralStatsDto>;
export type LeaderboardPage = Json<LeaderboardPageDto>;
export type SendingState = Json<SendingStateDto>;
export type InboxMessage = Json<InboxMessageDto>;
export type Refusal = Json<Problem> & { readonly attemptsLeft?: number };

export type Headers = Readonly<Record<string, string>>;

export interface Answer<Body> {
  readonly status: number;
  readonly headers: globalThis.Headers;
  readonly body: Body;
  readonly text: string;
  /** What came, to the byte: a picture, or a text with its mark of UTF-8. */
  readonly bytes: Buffer;
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Headers;
  readonly body?: string | Buffer<ArrayBuffer> | FormData;
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

  /** Asks for a code. `request` is `{ phone, region? }` or `{ email }`. */
  requestCode(request: object, headers?: Headers): Promise<Answer<Challenge>> {
    return this.post('/api/v1/auth/otp/request', request, headers);
  }

  resendCode(challengeId: string, headers?: Headers): Promise<Answer<Challenge>> {
    return this.post('/api/v1/auth/otp/resend', { challengeId }, headers);
  }

  statusOf(challengeId: string): Promise<Answer<ChallengeStatus>> {
    return this.post('/api/v1/auth/otp/status', { challengeId });
  }

  /** @param invite `{ inviteCode?, inviteVia? }` */
  verify(challengeId: string, code: string, headers?: Headers, invite?: object): Promise<Answer<Tokens>> {
    return this.post('/api/v1/auth/otp/verify', { challengeId, code, ...invite }, headers);
  }

  /** Registers with a password. `request` is that for a code, and `password`. */
  register(request: object, headers?: Headers): Promise<Answer<Challenge>> {
    return this.post('/api/v1/auth/register', request, headers);
  }

  /** `request` is `{ username, password, region? }`. */
  logIn(request: object): Promise<Answer<Tokens>> {
    return this.post('/api/v1/auth/login', request);
  }

  /** Asks for a code that sets a password. `request` is that for a code to sign in. */
  forgotPassword(request: object, headers?: Headers): Promise<Answer<Challenge>> {
    return this.post('/api/v1/auth/password/forgot', request, headers);
  }

  /** `request` is `{ challengeId, code, newPassword }`. */
  resetPassword(request: object): Promise<Answer<unknown>> {
    return this.post('/api/v1/auth/password/reset', request);
  }

  /** `request` is `{ currentPassword?, newPassword }`. */
  changePassword(request: object): Promise<Answer<unknown>> {
    return this.sendJson('PUT', '/api/v1/users/me/password', request);
  }

  me(): Promise<Answer<Profile>> {
    return this.get('/api/v1/users/me');
  }

  changeProfile(changes: object): Promise<Answer<Profile>> {
    return this.sendJson('PATCH', '/api/v1/users/me', changes);
  }

  /** `request` is `{ phone, region? }` or `{ email }`, and `currentPassword?`. */
  askForContact(request: object, headers?: Headers): Promise<Answer<Challenge>> {
    return this.post('/api/v1/users/me/contacts', request, headers);
  }

  confirmContact(challengeId: string, code: string): Promise<Answer<Profile>> {
    return this.post('/api/v1/users/me/contacts/confirm', { challengeId, code });
  }

  /** @param request `{ currentPassword? }` */
  removeContact(column: string, request?: object): Promise<Answer<Profile>> {
    return this.sendJson('DELETE', `/api/v1/users/me/contacts/${column}`, request);
  }

  exportAccount(): Promise<Answer<AccountExport>> {
    return this.get('/api/v1/users/me/export');
  }

  /** @param request `{ currentPassword? }` */
  deleteAccount(request?: object): Promise<Answer<unknown>> {
    return this.sendJson('DELETE', '/api/v1/users/me', request);
  }

  refresh(refreshToken: string, headers?: Headers): Promise<Answer<RefreshedTokens>> {
    return this.post('/api/v1/auth/token/refresh', { refreshToken }, headers);
  }

  logout(refreshToken: string): Promise<Answer<unknown>> {
    return this.post('/api/v1/auth/logout', { refreshToken });
  }

  sessions(): Promise<Answer<SessionsPage>> {
    return this.get('/api/v1/users/me/sessions');
  }

  endSession(id: string): Promise<Answer<unknown>> {
    return this.send(`/api/v1/users/me/sessions/${id}`, { method: 'DELETE' });
  }

  endOtherSessions(): Promise<Answer<unknown>> {
    return this.send('/api/v1/users/me/sessions', { method: 'DELETE' });
  }

  /** What `query` asks for, as an address writes it or by name. */
  people(query: string | Readonly<Record<string, string>> = ''): Promise<Answer<PeoplePage>> {
    return this.get(`/api/v1/users?${String(new URLSearchParams(query))}`);
  }

  person(id: string): Promise<Answer<Person>> {
    return this.get(`/api/v1/users/${id}`);
  }

  changePerson(id: string, changes: object): Promise<Answer<Person>> {
    return this.sendJson('PATCH', `/api/v1/users/${id}`, changes);
  }

  deletePerson(id: string): Promise<Answer<unknown>> {
    return this.send(`/api/v1/users/${id}`, { method: 'DELETE' });
  }

  endSessionsOf(id: string): Promise<Answer<unknown>> {
    return this.send(`/api/v1/users/${id}/sessions`, { method: 'DELETE' });
  }

  auditLog(query: Readonly<Record<string, string>> = {}): Promise<Answer<AuditPage>> {
    return this.get(`/api/v1/audit?${String(new URLSearchParams(query))}`);
  }

  sending(): Promise<Answer<SendingState>> {
    return this.get('/api/v1/messages/sending');
  }

  /** `request` is `{ enabled, reason? }`. */
  turnSending(request: object): Promise<Answer<SendingState>> {
    return this.sendJson('PUT', '/api/v1/messages/sending', request);
  }

  /** @param query `?depth=` or nothing */
  referralTree(userId: string, query = ''): Promise<Answer<ReferralTree>> {
    return this.get(`/api/v1/referrals/tree/${userId}${query}`);
  }

  /** @param query `?hours=` or nothing */
  referralSignals(query = ''): Promise<Answer<ReferralSignals>> {
    return this.get(`/api/v1/referrals/signals${query}`);
  }

  /** @param request more than the code, such as `{ inviteVia }` */
  activate(inviteCode: string, request?: object): Promise<Answer<Activation>> {
    return this.post('/api/v1/referrals/activate', { inviteCode, ...request });
  }

  ownReferrals(): Promise<Answer<OwnReferrals>> {
    return this.get('/api/v1/referrals/me');
  }

  invitees(query: Readonly<Record<string, string>> = {}): Promise<Answer<InviteesPage>> {
    return this.get(`/api/v1/referrals/me/invitees?${String(new URLSearchParams(query))}`);
  }

  /** @param request `{ currentPassword? }` */
  rotateInviteCode(request?: object): Promise<Answer<OwnReferrals>> {
    return this.sendJson('POST', '/api/v1/referrals/me/rotate', request);
  }

  referralStats(query: Readonly<Record<string, string>> = {}): Promise<Answer<ReferralStats>> {
    return this.get(`/api/v1/referrals/stats?${String(new URLSearchParams(query))}`);
  }

  leaderboard(query: Readonly<Record<string, string>> = {}): Promise<Answer<LeaderboardPage>> {
    return this.get(`/api/v1/referrals/leaderboard?${String(new URLSearchParams(query))}`);
  }

  exportReferrals(query: Readonly<Record<string, string>> = {}): Promise<Answer<unknown>> {
    return this.get(`/api/v1/referrals/export.csv?${String(new URLSearchParams(query))}`);
  }

  messageTrail(query: Readonly<Record<string, string>> = {}): Promise<Answer<Json<MessageTrailPageDto>>> {
    return this.get(`/api/v1/messages?${String(new URLSearchParams(query))}`);
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

  clearInbox(query: string): Promise<Answer<unknown>> {
    return this.send(`/api/v1/qa/messages?${query}`, { method: 'DELETE' });
  }

  get<Body>(path: string, headers?: Headers): Promise<Answer<Body>> {
    return this.send(path, { headers });
  }

  post<Body>(path: string, body: object, headers: Headers = {}): Promise<Answer<Body>> {
    const json = { 'content-type': 'application/json', ...headers };
    return this.send(path, { method: 'POST', headers: json, body: JSON.stringify(body) });
  }

  private sendJson<Body>(method: string, path: string, body?: object): Promise<Answer<Body>> {
    if (!body) return this.send(path, { method });
    return this.send(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  }

  /** Sends one file in a form. */
  upload<Body>(path: string, file: Blob): Promise<Answer<Body>> {
    const form = new FormData();
    form.append('avatar', file, 'avatar');
    return this.send(path, { method: 'PUT', body: form });
  }

  async send<Body>(path: string, { method = 'GET', headers = {}, body }: RawRequest): Promise<Answer<Body>> {
    const request = { method, headers: { ...this.headers, ...headers }, body, redirect: 'manual' } as const;
    const response = await fetch(this.url + path, request);
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    const answer = { status: response.status, headers: response.headers, body: bodyOf(response, text), text };
    checkAgainstContract({ method, path, ...answer });
    return { ...answer, bytes } as Answer<Body>;
  }
}

/** What a refused request answered. */
export const refusal = (answer: Answer<unknown>): Refusal => answer.body as Refusal;

function bodyOf(response: Response, text: string): unknown {
  return /[/+]json\b/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
}
