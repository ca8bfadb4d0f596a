import { setTimeout as pause } from 'node:timers/promises';
import { count, inTurns, tally } from './claims.mjs';
import { newPhone } from './client.mjs';
import { SignInLoad } from './load.mjs';
import { signUp } from './people.mjs';

const SIGNING_IN = 4;
const READERS = 4;
const REFRESHERS = 4;
const WAITERS = 2;
const BETWEEN_MS = 15;
const POLL_SECONDS = 20;

/** What goes on all the time: people who sign in, read their profiles, refresh their tokens, and testers who wait for messages. */
export class Traffic {
  /** Those who sign in: a {@link SignInLoad}. */
  signIns;
  /** Every answer of the others: `{ kind, status, tookMs }`. */
  answers = [];
  /** Requests of the others whose connection broke. */
  lost = 0;
  #stage;
  #people;
  #running;
  #stopped = false;

  /** Signs those up who are to read and to refresh. */
  static async prepare(stage) {
    const traffic = new Traffic();
    traffic.#stage = stage;
    traffic.signIns = new SignInLoad(stage);
    traffic.#people = await inTurns(READERS + REFRESHERS, () => signUp(stage));
    return traffic;
  }

  begin() {
    const readers = this.#people.slice(0, READERS).map(({ tokens }) => this.#reading(tokens));
    const refreshers = this.#people.slice(READERS).map(({ tokens }) => this.#refreshing(tokens));
    const waiters = Array.from({ length: WAITERS }, () => this.#waiting());
    this.#running = Promise.all([this.signIns.run(SIGNING_IN), ...readers, ...refreshers, ...waiters]);
  }

  /** Ends it, and waits until everything that was asked is answered; testers may wait for their whole time. */
  async end() {
    this.signIns.stop();
    this.#stopped = true;
    await this.#running;
  }

  /** How many requests were answered, and with what. */
  get summary() {
    const all = [...this.answers, ...this.signIns.answers];
    return `${all.length} requests ${tally(all)}`;
  }

  /** Answers of 5xx, and those to readers, refreshers and testers that are no success. */
  get failures() {
    const bad = this.answers.filter(({ status }) => status !== 200);
    return [...bad, ...this.signIns.unforeseen, ...this.signIns.answers.filter(({ status }) => status === 503)];
  }

  get allLost() {
    return this.lost + this.signIns.lost;
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
        const { status } = await ask();
        this.answers.push({ kind, status, tookMs: performance.now() - since });
      } catch {
        this.lost += 1;
      }
      await pause(BETWEEN_MS);
    }
  }
}
