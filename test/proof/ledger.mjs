import { ask, blockOf } from './asking.mjs';
import { claim } from './claims.mjs';

/** Every request of a proof and how it ended, process by process: what the processes should tell of themselves. */
export class Ledger {
  /** Every ask with its answer. */
  asked = [];
  /** Codes that were answered: `{ phone, port }`. */
  answered = [];
  #stage;
  #messages = new Map();

  constructor(stage) {
    this.#stage = stage;
  }

  /** Asks for a code. Of one phone never twice at once, unless one of them is refused. */
  async ask(who) {
    const asked = await ask(this.#stage, who);
    this.asked.push(asked);
    if (asked.reason !== 'sent') return asked;
    asked.nth = (this.#messages.get(who.phone) ?? 0) + 1;
    this.#messages.set(who.phone, asked.nth);
    return asked;
  }

  /** Types the code that came for an ask; answers the answer. */
  async answer({ phone, from, nth, reason, answer }) {
    claim(reason === 'sent', `somebody who must get a code was refused it: ${reason}`);
    const code = await this.#stage.gateway.codeTo(phone, { nth });
    const given = await this.#stage.client.verify(answer.body.challengeId, code, from);
    claim(
      given.status === 200 || given.status === 201,
      `a right code was answered ${given.status} ${given.body?.code}`,
    );
    this.answered.push({ phone, port: given.port });
    return given;
  }

  async signIn(who) {
    return this.answer(await this.ask(who));
  }

  /** What one process should count: `{ sent, answered, refusals, blocks }`. */
  of(port) {
    const asked = this.asked.filter(({ answer }) => answer.port === port);
    const sent = asked.filter(({ reason }) => reason === 'sent');
    const answered = this.answered.filter((each) => each.port === port);
    const refused = asked.filter(({ reason }) => reason !== 'sent');
    const refusals = countedBy(refused, ({ reason }) => reason);
    const blocks = { sent: countedBy(sent, blockOf), answered: countedBy(answered, blockOf) };
    return { sent: sent.length, answered: answered.length, refusals, blocks };
  }
}

function countedBy(list, keyOf) {
  const counts = new Map();
  for (const each of list) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1);
  return counts;
}
