import { setTimeout as pause } from 'node:timers/promises';
import { claim, until } from './claims.mjs';
import { newNetwork, newPhone } from './client.mjs';
import { Crew } from './crew.mjs';
import { Random } from './random.mjs';
import { aGraveSequence, aSequence, endedPlainly, mistakeIn, neverSeen } from './sequences.mjs';
import { Stage } from './stage.mjs';

const TIMEOUT_MS = 800;
const SLOWEST_ANSWER_MS = 60;
/** A worker that was killed is taken for dead after a second and twenty. */
const ABANDONED_SECONDS = 22;
/** What waits for its next attempt is let come together. */
const STEP_SECONDS = 8;
const LIFE_SECONDS = 301;
/** When a worker dies; or all messages of a round could end with one. */
const MOST_IN_HAND = 10;
/** After so many messages have arrived again a worker dies, at most. */
const AGAIN_FEW = 3;
/** The messages of a round are asked for within this time. */
const SPREAD_MS = 1_500;
/** Nothing has happened for so long: a poll of the outbox lies in it. Before time passes that makes claims run out, longer. */
const CALM_MS = 300;
const DEEP_CALM_MS = TIMEOUT_MS + 700;

/**
 * What is in the outbox: whether something is about to be carried, and in how many seconds by itself something is: it becomes due, sending is
 * resumed, or a dead worker's is given up.
 */
const OUTLOOK = `
  WITH hold AS (
    SELECT CASE WHEN open_until > clock_now() THEN open_until WHEN open_until IS NOT NULL THEN trial_until END AS until
    FROM sending WHERE channel = 'sms'),
  entries AS (SELECT min(due_at) FILTER (WHERE claimed_at IS NULL) AS due, min(claimed_at) AS claimed FROM outbox),
  next AS (SELECT greatest(due, until) AS attempt, claimed + interval '${ABANDONED_SECONDS} seconds' AS abandoned, until FROM entries, hold)
  SELECT coalesce(attempt <= clock_now(), false) AS moving, due IS NULL AND claimed IS NULL AS empty,
    extract(epoch FROM CASE WHEN due IS NOT NULL THEN attempt ELSE coalesce(abandoned, until) END - clock_now())::float8 AS seconds,
    (SELECT md5(string_agg(concat_ws(' ', id, state, attempts), ',' ORDER BY id)) FROM messages) AS print
  FROM entries, next`;

/** Random sequences of what a gateway does, each met by one message, while workers die; some messages at a time, in rounds. */
class Deliveries {
  #stage;
  #random;
  #crew;
  #asked = [];

  constructor(stage, random) {
    this.#stage = stage;
    this.#random = random;
    this.#crew = new Crew(stage);
  }

  /** Workers come only when the codes of some messages have died. */
  async begin({ late, workers }) {
    await this.#askFor(Array.from({ length: late }, () => newPhone()));
    await this.#stage.passTime(LIFE_SECONDS);
    this.#crew.hire(workers);
    await this.#settle([], { deaths: 0 });
  }

  async round(nth, { messages, grave, deaths }) {
    const phones = Array.from({ length: messages }, () => newPhone());
    for (const phone of phones) this.#stage.gateway.arrange(phone, aSequence(this.#random));
    const last = Array.from({ length: grave }, () => newPhone());
    for (const [index, phone] of last.entries())
      this.#stage.gateway.arrange(phone, aGraveSequence(this.#random, nth * grave + index));
    const waiting = this.#askFor(phones, SPREAD_MS);
    for (let death = 0; death < deaths; death += 1) await this.#die(messages / deaths);
    await this.#stage.gateway.shutDoorFor(this.#random.between(200, 900));
    const refused = await waiting;
    await this.#settle([...refused, ...(await this.#askFor(last))], { deaths });
  }

  async verdict() {
    const rows = await this.#stage.sql(`SELECT id, recipient, state, failure, attempts, provider_id,
      sending_at > expires_at AS late, extract(epoch FROM expires_at - settled_at)::float8 AS seconds_left FROM messages`);
    const recipients = new Set(rows.map(({ recipient }) => recipient));
    claim(
      this.#asked.every((phone) => recipients.has(phone)),
      'messages are lost',
    );
    claim(rows.length === this.#asked.length, `${rows.length} messages for ${this.#asked.length} requests`);
    const arrivals = ({ recipient }) => this.#stage.gateway.arrivalsFor(recipient);
    const mistakes = rows.map((row) => mistakeIn(row, arrivals(row), this.#crew.orphans)).filter(Boolean);
    claim(mistakes.length === 0, `${mistakes.length} of ${rows.length}: ${mistakes.slice(0, 5).join('; ')}`);
    return { rows, arrivals, kills: this.#crew.kills };
  }

  /** Asks for codes and answers for which phones that was refused, because sending was stopped. */
  async #askFor(phones, withinMs = 0) {
    const refused = [];
    const ask = async (phone, afterMs) => {
      await pause(afterMs);
      const { status, body } = await this.#stage.client.requestCode(phone, newNetwork());
      if (status === 202) this.#asked.push(phone);
      else refused.push(phone);
      claim(status === 202 || body?.code === 'sms.unavailable', `a request was answered ${status} ${body?.code}`);
    };
    await Promise.all(phones.map((phone) => ask(phone, this.#random.between(0, withinMs))));
    return refused;
  }

  #die(arrivals) {
    const moment = { arrivals: Math.ceil(arrivals), patienceMs: 3_000, soonMs: TIMEOUT_MS, most: MOST_IN_HAND };
    return this.#crew.lose(this.#random, moment);
  }

  /** Until all have come to their ends: time passes whenever nothing happens without it. */
  async #settle(waiting, { deaths }) {
    let mayDie = deaths;
    for (;;) {
      const { empty, seconds } = await this.#calm(CALM_MS);
      if (empty && waiting.length === 0) return;
      const pass = Math.max(STEP_SECONDS, Math.ceil(seconds ?? 0) + 1);
      if (pass > STEP_SECONDS) await this.#calm(DEEP_CALM_MS);
      await this.#stage.passTime(pass);
      waiting = await this.#askFor(waiting);
      if (mayDie > 0 && this.#random.next() < 0.3) {
        mayDie -= 1;
        await this.#die(AGAIN_FEW);
      }
    }
  }

  /** Waits until nothing has happened for so long, and nothing is about to. */
  async #calm(milliseconds) {
    let since = performance.now();
    let before;
    return until(
      async () => {
        const [outlook] = await this.#stage.sql(OUTLOOK);
        const still = !outlook.moving && this.#stage.gateway.open === 0 && outlook.print === before;
        before = outlook.print;
        if (!still) since = performance.now();
        return performance.now() - since >= milliseconds && outlook;
      },
      { what: 'rest', seconds: 60 },
    );
  }
}

async function prove({ stage, seed, short }) {
  const { rounds, ...amounts } = short ? SHORT : FULL;
  const deliveries = new Deliveries(stage, new Random(seed));
  await deliveries.begin(amounts);
  for (let nth = 0; nth < rounds; nth += 1) await deliveries.round(nth, amounts);
  return factsOf(await deliveries.verdict(), { short });
}

/** `grave`: how many messages of a round stop the sending of all others; `deaths`: how often workers die. */
const SHORT = { rounds: 1, messages: 57, grave: 1, late: 3, workers: 2, deaths: 1 };
const FULL = { rounds: 10, messages: 96, grave: 2, late: 20, workers: 3, deaths: 2 };

function factsOf({ rows, arrivals, kills }, { short }) {
  const states = new Map();
  for (const { state } of rows) states.set(state, (states.get(state) ?? 0) + 1);
  const told = ['sent', 'failed', 'ambiguous', 'expired'].map((state) => `${states.get(state) ?? 0} ${state}`);
  claim(states.size === 4 || (short && states.has('sent')), `too little was seen: ${told.join(', ')}`);
  const met = rows.map((row) => arrivals(row));
  const again = met.filter(({ length }) => length > 1).length;
  claim(short || again > 0, 'none was tried again: the proof has seen nothing');
  const orphans = rows.filter(({ failure }) => failure === 'abandoned').length;
  const unseen = neverSeen(plainlyMet(rows, arrivals));
  claim(short || unseen.length === 0, `these behaviours led nowhere: ${unseen.join(', ')}`);
  return (
    `${rows.length} messages, ${met.flat().length} arrived, ${again} of them again, ${kills} kills: ${told.join(', ')} ` +
    `(${orphans} by the death of a worker); none taken twice, none ended otherwise than it had to`
  );
}

/** The behaviours that led to what they lead to: the last of a message by its state, those before it by what came after. */
function plainlyMet(rows, arrivals) {
  const plain = new Set();
  for (const row of rows) {
    const names = arrivals(row).map(({ name }) => name);
    for (const name of names.slice(0, -1)) plain.add(name);
    const last = arrivals(row).at(-1);
    if (last && endedPlainly(row, last)) plain.add(last.name);
  }
  return plain;
}

/** Each behaviour of the gateway leads where it must, and nothing is sent twice or lost, whoever dies. */
export const deliveryProofs = [
  {
    name: 'gateway-behaviours',
    open({ cluster, seed }) {
      const delays = new Random(seed + 1);
      const delayMs = () => delays.between(0, SLOWEST_ANSWER_MS);
      return Stage.open(cluster, { delayMs, env: { SMS_TIMEOUT_MS: String(TIMEOUT_MS) } });
    },
    prove,
  },
];
