import { setTimeout as pause } from 'node:timers/promises';
import { newNetwork, newPhone } from './client.mjs';

const BETWEEN_PEOPLE_MS = 20;
const BEFORE_ANOTHER_TRY_MS = 150;
/** One less than a challenge takes, so that a code is never refused for that. */
const TRIES = 4;

/** People who sign in one after another, each new, and try a code again after it was accepted or the answer was 503. */
export class SignInLoad {
  /** Every answer: `{ status, code, headers, tookMs }`. */
  answers = [];
  /** Those that no rule foresees. */
  unforeseen = [];
  /** Requests whose connection broke. */
  lost = 0;
  /** Every request for a code that was answered with 202: `{ phone }`. */
  asked = [];
  /** Every accepted code: `{ challengeId, code, from, token }`. */
  accepted = [];
  #stage;
  #stopped = false;

  constructor(stage) {
    this.#stage = stage;
  }

  get acceptedTwice() {
    return this.accepted.length - new Set(this.accepted.map(({ challengeId }) => challengeId)).size;
  }

  /** Ends some time after {@link stop}. */
  async run(people) {
    await Promise.all(Array.from({ length: people }, () => this.#peopleInTurn()));
  }

  stop() {
    this.#stopped = true;
  }

  async #peopleInTurn() {
    while (!this.#stopped) {
      await this.#person(newPhone(), newNetwork());
      await pause(BETWEEN_PEOPLE_MS);
    }
  }

  async #person(phone, from) {
    const asked = await this.#note([202, 503], () => this.#stage.client.requestCode(phone, from));
    if (asked?.status !== 202) return;
    this.asked.push({ phone });
    // A message whose sending the outage broke off never comes.
    const code = await this.#stage.gateway.codeTo(phone, { seconds: 3 });
    if (code !== undefined) await this.#tryAgainAndAgain({ challengeId: asked.body.challengeId, code, from });
  }

  async #tryAgainAndAgain({ challengeId, code, from }) {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const answer = await this.#note([200, 201, 410, 503], () => this.#stage.client.verify(challengeId, code, from));
      if (answer?.status === 410) return;
      const token = answer?.body?.accessToken;
      if (token) this.accepted.push({ challengeId, code, from, token });
      else await pause(BEFORE_ANOTHER_TRY_MS);
    }
  }

  async #note(foreseen, send) {
    const since = performance.now();
    try {
      const { status, headers, body } = await send();
      const answer = { status, headers, code: body?.code, tookMs: performance.now() - since };
      this.answers.push(answer);
      if (!foreseen.includes(status)) this.unforeseen.push(answer);
      return { status, body };
    } catch {
      this.lost += 1;
      return undefined;
    }
  }
}
