import { setTimeout as pause } from 'node:timers/promises';
import { claim, count, inTurns, tally } from './claims.mjs';
import { newPhone } from './client.mjs';
import { SignInLoad } from './load.mjs';
import { signUp } from './people.mjs';

const SIGNING_IN = 4;
const READERS = 4;
const REFRESHERS = 4;
const CHANGERS = 3;
const WAITERS = 2;
const BETWEEN_MS = 15;
const POLL_SECONDS = 3;

/** Those of other proofs on the same stage keep their last names. */
let walkers = 0;

/** Who sends what must not be sent twice, one request at a time. */
export const WRITERS = SIGNING_IN + REFRESHERS + CHANGERS;

/**
 * What goes on all the time: people who sign in, read and change their profiles, refresh their tokens, and testers who wait for messages.
 */
export class Traffic {
  /** Those who sign in: a {@link SignInLoad}. */
  signIns;
  /** Every answer of the others: `{ kind, status, code, headers, tookMs }`. */
  answers = [];
  /** Requests of the others whose connection broke. */
  lost = 0;
  #stage;
  #foreseen;
  #people;
  #changes = [];
  #running;
  #stopped = false;

  /** Signs up those who are to read, to change and to refresh. @param foreseen what may be answered to them and to testers */
  static async prepare(stage, { foreseen = [200] } = {}) {
    const traffic = new Traffic();
    traffic.#foreseen = foreseen;
    traffic.#stage = stage;
    traffic.signIns = new SignInLoad(stage);
    traffic.#people = await inTurns(READERS + REFRESHERS + CHANGERS, () => signUp(stage));
    return traffic;
  }

  begin() {
    const readers = this.#people.slice(0, READERS).map(({ tokens }) => this.#reading(tokens));
    const refreshers = this.#people.slice(READERS, -CHANGERS).map(({ tokens }) => this.#refreshing(tokens));
    const changes = this.#people.slice(-CHANGERS);
    this.#changes = changes.map(({ tokens }) => ({ tokens, name: `walker_${(walkers += 1)}_`, tried: 0, told: 0 }));
    const changers = this.#changes.map((changes) => this.#changing(changes));
    const waiters = Array.from({ length: WAITERS }, () => this.#waiting());
    this.#running = Promise.all([this.signIns.run(SIGNING_IN), ...readers, ...refreshers, ...changers, ...waiters]);
  }

  /** Ends it, and waits until everything that was asked is answered; testers may wait for their whole time. */
  async end() {
    this.signIns.stop();
    this.#stopped = true;
    await this.#running;
  }

  /** How many requests were answered, and with what. */
  get summary() {
    return `${this.all.length} requests ${tally(this.all)}`;
  }

  /** Every answer, of those who sign in too. */
  get all() {
    return [...this.answers, ...this.signIns.answers];
  }

  /** Answers that nothing foresees: 503 where it is not foreseen, any other of 5xx. */
  get failures() {
    const of = this.#foreseen;
    const others = this.answers.filter(({ status }) => !of.includes(status));
    const away = this.signIns.answers.filter(({ status }) => status === 503 && !of.includes(503));
    return [...others, ...away, ...this.signIns.unforeseen];
  }

  get allLost() {
    return this.lost + this.signIns.lost;
  }

  /** The last change that somebody was told of is there, or a later one. */
  async claimChangesKept() {
    for (const { tokens, name, tried, told } of this.#changes) {
      const { body } = await this.#stage.client.get('/api/v1/users/me', tokens.accessToken);
      const kept = Number(body.username?.replace(name, '') ?? 0);
      claim(
        told > 0 && kept >= told && kept <= tried,
        `change ${told} of ${tried} was answered 200, and ${kept} is there`,
      );
    }
  }

  countOf(kind, status) {
    return count(
      this.answers.filter((each) => each.kind === kind),
      status,
    );
  }

  async #reading({ accessToken }) {
    await this.#again('read', () => this.#stage.client.get('/api/v1/users/me', accessToken));
  }

  /** Whoever gets no answer asks again with the token that they have. */
  async #refreshing({ refreshToken }) {
    let token = refreshToken;
    await this.#again('refresh', async () => {
      const answer = await this.#stage.client.post('/auth/token/refresh', { refreshToken: token });
      token = answer.body?.refreshToken ?? token;
      return answer;
    });
  }

  /** Usernames with numbers, each greater than the one before. */
  async #changing(changes) {
    await this.#again('change', async () => {
      changes.tried += 1;
      const username = changes.name + changes.tried;
      const answer = await this.#stage.client.patch('/users/me', { username }, { token: changes.tokens.accessToken });
      if (answer.status === 200) changes.told = changes.tried;
      return answer;
    });
  }

  async #waiting() {
    const nobody = encodeURIComponent(newPhone());
    await this.#again('wait', () =>
      this.#stage.client.get(`/api/v1/qa/messages/wait?to=${nobody}&timeout=${POLL_SECONDS}`),
    );
  }

  async #again(kind, ask) {
    while (!this.#stopped) {
      const since = performance.now();
      try {
        const { status, headers, body } = await ask();
        this.answers.push({ kind, status, headers, code: body?.code, tookMs: performance.now() - since });
      } catch {
        this.lost += 1;
      }
      await pause(BETWEEN_MS);
    }
  }
}
