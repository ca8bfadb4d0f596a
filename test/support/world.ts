import { randomInt, randomUUID } from 'node:crypto';
import { parsePhone } from '../../src/common/contact.js';
import { type Answer, Api, type Challenge, type Headers, type Tokens } from './api.js';
import type { TestApp } from './app.js';

export interface VisitorOptions {
  /** Somebody else's phone; a fresh one when left out. */
  readonly phone?: string;
  /** Their contact instead of a phone; {@link freshEmail} makes one. */
  readonly email?: string;
  /** An address; one in a network of its own when left out. */
  readonly address?: string;
  readonly language?: string;
}

/** By how much each digit of a wrong code may differ from the right one. */
const DIGIT_SHIFTS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

let networks = 0;

/** An address in a /24 that nobody else in this file has. */
export function freshAddress(): string {
  networks += 1;
  return `100.${64 + (networks >> 8)}.${networks & 255}.${randomInt(1, 255)}`;
}

const givenPhones = new Set<string>();

/** A Russian mobile number that nobody else in this file has, and that can exist: a few of those that begin with +7 9 cannot. */
export function freshPhone(): string {
  const phone = `+79${String(randomInt(10 ** 9)).padStart(9, '0')}`;
  const number = parsePhone(phone, 'RU');
  if (number?.mobile !== true || number.region !== 'RU' || givenPhones.has(phone)) return freshPhone();
  givenPhones.add(phone);
  return phone;
}

/** An address that nobody else has, as it is stored. */
export const freshEmail = (): string => `visitor-${randomUUID()}@example.com`;

/** People around a running application. Each is new, so nothing is cleaned up and nothing collides. */
export class World {
  constructor(readonly app: TestApp) {}

  /** Somebody who has not signed in. */
  aVisitor(options: VisitorOptions = {}): Visitor {
    return new Visitor(this.app, options);
  }

  /** Somebody who has. */
  async aUser(options: VisitorOptions = {}): Promise<User> {
    return this.aVisitor(options).signIn();
  }

  /** Somebody new who came by the code of `inviter`. */
  async anInvitee(inviter: User, options: VisitorOptions = {}): Promise<User> {
    return this.aVisitor(options).signIn(inviter.inviteCode);
  }

  /** Somebody with a role that only operators give. */
  async staff(role: 'moderator' | 'admin', options: VisitorOptions = {}): Promise<User> {
    const user = await this.aUser(options);
    await this.app.sql('UPDATE users SET role = $2 WHERE id = $1', [user.id, role]);
    return user;
  }

  anAdmin(options?: VisitorOptions): Promise<User> {
    return this.staff('admin', options);
  }

  aModerator(options?: VisitorOptions): Promise<User> {
    return this.staff('moderator', options);
  }

  /** Somebody who has registered with a password. */
  async aUserWithPassword(password: string, options: VisitorOptions = {}): Promise<User> {
    return this.aVisitor(options).signUp(password);
  }
}

/** Somebody with a phone or an e-mail address, with a network of their own, and the challenge they asked for last. */
export class Visitor {
  readonly phone: string;
  readonly email?: string;
  readonly address: string;
  readonly api: Api;
  private challenge?: Challenge;
  private readonly codesRead = new Set<string>();
  private askedAt = new Date(0);

  constructor(
    protected readonly app: TestApp,
    options: VisitorOptions,
  ) {
    this.phone = options.phone ?? freshPhone();
    this.email = options.email;
    this.address = options.address ?? freshAddress();
    const language = options.language && { 'accept-language': options.language };
    this.api = new Api(app.url, { 'x-forwarded-for': this.address, ...language });
  }

  /** Where their codes go. */
  get contact(): string {
    return this.email ?? this.phone;
  }

  get challengeId(): string {
    if (!this.challenge) throw new Error('This visitor has no challenge: it was not asked for, or it was refused.');
    return this.challenge.challengeId;
  }

  /** @param typed the contact as this visitor types it */
  requestCode(headers?: Headers, typed = this.contact): Promise<Answer<Challenge>> {
    return this.remember(() => this.api.requestCode(this.named(typed), headers));
  }

  /** Asks for a code by which a password would count. */
  register(password: string, headers?: Headers): Promise<Answer<Challenge>> {
    return this.remember(() => this.api.register({ ...this.named(), password }, headers));
  }

  forgotPassword(headers?: Headers): Promise<Answer<Challenge>> {
    return this.remember(() => this.api.forgotPassword(this.named(), headers));
  }

  resetPassword(code: string, newPassword: string): Promise<Answer<unknown>> {
    return this.api.resetPassword({ challengeId: this.challengeId, code, newPassword });
  }

  logIn(password: string): Promise<Answer<Tokens>> {
    return this.api.logIn({ username: this.contact, password });
  }

  resendCode(headers?: Headers): Promise<Answer<Challenge>> {
    return this.remember(() => this.api.resendCode(this.challengeId, headers));
  }

  /** The code of the message that this visitor asked for last. */
  async readCode(): Promise<string> {
    if (!this.challenge) throw new Error('No code will come: none was asked for, or that was refused.');
    await this.app.delivered();
    const query = new URLSearchParams({ to: this.contact, since: this.askedAt.toISOString(), timeout: '10' });
    const { message } = (await this.api.waitForMessage(String(query))).body;
    if (!message?.code) throw new Error('No code came.');
    this.codesRead.add(message.code);
    return message.code;
  }

  /** @param invite `{ inviteCode?, inviteVia? }` */
  verify(code: string, headers?: Headers, invite?: object): Promise<Answer<Tokens>> {
    return this.api.verify(this.challengeId, code, headers, invite);
  }

  /** A code of the right length that is not the right one, nor one from before: typing that is no guess. */
  async guessWrong(): Promise<Answer<Tokens>> {
    const code = await this.readCode();
    const guess = DIGIT_SHIFTS.map((shift) => wrongFor(code, shift)).find((wrong) => !this.codesRead.has(wrong));
    if (!guess) throw new Error('This visitor has read all the codes there are.');
    return this.verify(guess);
  }

  /** Asks for a code, reads it and gives it back, together with the invite code of somebody else. */
  async signIn(inviteCode?: string): Promise<User> {
    expect(await this.requestCode()).toMatchObject({ status: 202 });
    return this.comeIn(inviteCode);
  }

  /** The same with a password of their own. */
  async signUp(password: string): Promise<User> {
    expect(await this.register(password)).toMatchObject({ status: 202 });
    return this.comeIn();
  }

  private async comeIn(inviteCode?: string): Promise<User> {
    const answer = await this.verify(await this.readCode(), undefined, inviteCode === undefined ? {} : { inviteCode });
    if (answer.status >= 300) throw new Error(`Signing in answered ${answer.status}: ${answer.text}`);
    return new User(this.app, { phone: this.phone, email: this.email, address: this.address }, answer.body);
  }

  private named(typed = this.contact): object {
    return this.email ? { email: typed } : { phone: typed };
  }

  private async remember(ask: () => Promise<Answer<Challenge>>): Promise<Answer<Challenge>> {
    const askedAt = this.app.clock.now();
    const answer = await ask();
    const isNew = answer.body.resendAt !== this.challenge?.resendAt;
    if (answer.status === 202 && isNew) {
      this.challenge = answer.body;
      this.askedAt = askedAt;
    }
    return answer;
  }
}

/** A visitor who has signed in; `api` bears their access token. */
export class User extends Visitor {
  override readonly api: Api;

  constructor(
    app: TestApp,
    options: VisitorOptions,
    readonly tokens: Tokens,
  ) {
    super(app, options);
    this.api = new Api(app.url, { 'x-forwarded-for': this.address, ...bearer(tokens.accessToken) });
  }

  get id(): string {
    return this.tokens.user.id;
  }

  /** The invite code that they had when they signed in. */
  get inviteCode(): string {
    return this.tokens.user.inviteCode;
  }
}

export const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

/** Another code of the same length: each digit is one more, or as many more as `shift` says. */
export const wrongFor = (code: string, shift = 1): string =>
  code.replace(/\d/g, (digit) => String((Number(digit) + shift) % 10));
