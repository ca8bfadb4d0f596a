import { claim } from '../claims.mjs';
import { newNetwork, newPhone } from '../client.mjs';
import { aPassword } from '../people.mjs';

/** Beyond it a sign-in is no longer fresh. */
const FRESH_SECONDS = 540;
/** Longer than an access token lives. */
const TOKEN_SECONDS = 16 * 60;

/** How often the preparations of a request are tried. */
const MOST_TIMES = 20;

const ROLES = { moderator: 'moderator', administrator: 'admin' };

/** Everybody who sends requests. Those whom a request has ended are replaced by new ones. */
export class Cast {
  #stage;
  #finds;
  #tokens;
  #people = new Map();
  #keeper;
  #gone;
  #seconds = 0;
  #passwords = 0;

  /** @param tokens `{ ops, inbox }`, as the service knows them */
  constructor(stage, { finds, tokens }) {
    this.#stage = stage;
    this.#finds = finds;
    this.#tokens = tokens;
  }

  /** Gathers those who stay: an administrator whom nobody may name, and people whose tokens are no longer good. */
  async gather() {
    const phone = newPhone();
    this.#finds.spare(phone);
    this.#keeper = await this.#signIn(phone);
    const [expired, ended, blocked] = [await this.signUp(), await this.signUp(), await this.signUp()];
    await this.passTime(TOKEN_SECONDS);
    await this.#stage.client.post('/auth/logout', { refreshToken: ended.refreshToken });
    await this.#change(blocked, { status: 'blocked' });
    this.#gone = { expired: expired.token, ended: ended.token, blocked: blocked.token };
  }

  async passTime(seconds) {
    this.#seconds += seconds;
    await this.#stage.passTime(seconds);
    if (!this.#keeper || this.#isFresh(this.#keeper)) return;
    this.#keeper = await this.#signIn(this.#keeper.phone);
  }

  /** What kinds of callers there are. */
  static KINDS = [
    'person',
    'stale',
    'moderator',
    'administrator',
    'nobody',
    'ops',
    'inbox',
    'expired',
    'ended',
    'blocked',
  ];

  /**
   * Whoever sends a request: `{ kind, token, person }`, the person where the caller is one.
   * @param terms `{ lane, withPassword }`: callers of the same kind in different lanes are different people
   */
  async caller(kind, terms) {
    if (kind === 'nobody') return { kind };
    const token = this.#gone[kind] ?? this.#tokens[kind];
    if (token) return { kind, token };
    const person = await this.#personFor(kind, terms);
    return { kind, token: person.token, person };
  }

  /** Another takes the place of this person. */
  drop(person) {
    for (const [place, other] of this.#people) if (other === person) this.#people.delete(place);
  }

  async signUp() {
    return this.#signIn(newPhone());
  }

  async signUpWithPassword() {
    const password = aPassword((this.#passwords += 1));
    const phone = newPhone();
    const { challengeId, code } = await this.challenge('/auth/register', { body: { phone, password } });
    return { ...(await this.#verified(phone, { challengeId, code })), password };
  }

  /** Asks for a code and reads it in the inbox: `{ challengeId, code }`; undefined when whoever asks may not, or is there no more. */
  async challenge(path, { body, token }) {
    const answer = await this.#patiently(() => this.#stage.client.post(path, body, { from: newNetwork(), token }));
    if (token && [401, 403, 404].includes(answer.status)) return undefined;
    claim(answer.status === 202, `a request to ${path} was answered ${answer.status} ${answer.body?.code}`);
    return { challengeId: answer.body.challengeId, code: await this.#codeTo(body.phone ?? body.email) };
  }

  /** Gives somebody an e-mail address, or another one. */
  async addEmail({ token, password }, email) {
    const proof = await this.challenge('/users/me/contacts', { body: { email, currentPassword: password }, token });
    if (!proof) return;
    const { status } = await this.#patiently(() =>
      this.#stage.client.post('/users/me/contacts/confirm', proof, { token }),
    );
    // Meanwhile they may have been ended, by a request of somebody else.
    claim([200, 401, 404, 410].includes(status), `an address was confirmed with ${status}`);
  }

  /** Turns sending on again, whoever has turned it off. */
  async turnSendingOn() {
    const { status } = await this.#stage.client.put(
      '/messages/sending',
      { enabled: true },
      { token: this.#keeper.token },
    );
    claim(status === 200, `turning sending on was answered ${status}`);
  }

  async #personFor(kind, { lane, withPassword }) {
    const place = `${kind} ${lane}${withPassword ? ' with a password' : ''}`;
    const known = this.#people.get(place);
    if (known && (kind === 'stale' || this.#isFresh(known))) return known;
    const person = kind === 'person' && withPassword ? await this.signUpWithPassword() : await this.signUp();
    if (ROLES[kind]) await this.#change(person, { role: ROLES[kind] });
    this.#people.set(place, person);
    return person;
  }

  #isFresh({ signedInAt }) {
    return this.#seconds - signedInAt < FRESH_SECONDS;
  }

  async #signIn(phone) {
    return this.#verified(phone, await this.challenge('/auth/otp/request', { body: { phone } }));
  }

  async #verified(phone, { challengeId, code }) {
    const { status, body } = await this.#patiently(() => this.#stage.client.verify(challengeId, code, newNetwork()));
    claim(status === 201 || status === 200, `signing in was answered ${status} ${body?.code}`);
    const { accessToken: token, refreshToken, user } = body;
    this.#meet(user, refreshToken);
    return { id: user.id, phone, token, refreshToken, signedInAt: this.#seconds };
  }

  /** Asks again while something is away: a request of somebody else has turned sending off, or the machine is busy. */
  async #patiently(ask) {
    for (let times = 1; ; times += 1) {
      const answer = await ask();
      if (answer.status !== 503 || times === MOST_TIMES) return answer;
      if (answer.body?.code === 'sms.unavailable') await this.turnSendingOn();
    }
  }

  /** What others may know of whoever has signed in. */
  #meet({ id, phone, inviteCode }, refreshToken) {
    if (this.#finds.isSpared(phone)) this.#finds.spare(id);
    else this.#finds.learn({}, { userId: id, phone, inviteCode, refreshToken });
  }

  /** What was just written to somebody, whether it is on its way already or not. */
  async #codeTo(contact) {
    const path = `/api/v1/qa/messages?limit=1&to=${encodeURIComponent(contact)}`;
    const { status, body } = await this.#patiently(() => this.#stage.client.get(path, this.#tokens.inbox));
    const code = body?.items?.[0]?.code;
    claim(status === 200 && code, `the inbox answered ${status} and holds no code`);
    return code;
  }

  async #change({ id }, changes) {
    const { status, body } = await this.#patiently(() =>
      this.#stage.client.patch(`/users/${id}`, changes, { token: this.#keeper.token }),
    );
    claim(status === 200, `changing a person was answered ${status} ${body?.code}`);
  }
}
