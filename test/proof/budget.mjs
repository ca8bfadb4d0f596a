import { setTimeout as pause } from 'node:timers/promises';
import { askAll, carried, claimTold, HOUR_SECONDS, passToNext, reasons, remembered, sentOf } from './asking.mjs';
import { claim, several, until } from './claims.mjs';
import { newNetwork, newPhone } from './client.mjs';
import { signUpMany } from './people.mjs';
import { Random } from './random.mjs';
import { Stage } from './stage.mjs';

const HOURS_OF_BUDGET = 8;
/** Whoever asks about the end of an hour does so within this time, half of it before the end. */
const AROUND_END_MS = 400;
const SURELY_HELD_MS = 50;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** What a day may cost, and an hour of it: three parts of twenty-four, a fifth of them for people already known. */
export function sharesOf(short) {
  const daily = short ? 640 : 2_400;
  const slice = daily / HOURS_OF_BUDGET;
  return { daily, slice, reserve: Math.floor(slice / 5) };
}

export const openBudgeted = ({ cluster, short }) =>
  Stage.open(cluster, {
    apis: 3,
    workers: 2,
    env: { SMS_DAILY_BUDGET: String(sharesOf(short).daily), SMS_BUDGET_HOUR_PARTS: '3' },
  });

const strangers = (number) => several(number, () => ({ phone: newPhone(), from: newNetwork() }));

/** A day of more demand than it may cost. */
class Day {
  #stage;
  #shares;
  #known;
  #before;
  #sent = 0;

  constructor(stage, shares, known) {
    this.#stage = stage;
    this.#shares = shares;
    this.#known = known;
    this.#before = stage.gateway.received.length;
  }

  get sent() {
    return this.#sent;
  }

  async ask(asks) {
    const asked = await askAll(this.#stage, asks);
    claimTold(asked);
    this.#sent += sentOf(asked).length;
    return asked;
  }

  /** Strangers, then the known, in an hour that is new: each gets what is theirs at once, and nobody more. */
  async firstHour() {
    const { slice, reserve } = this.#shares;
    claimSent(await this.ask(strangers(slice - reserve)), slice - reserve);
    claimSent(await this.ask(strangers(slice)), 0);
    claimSent(await this.ask(this.#known.slice(0, reserve)), reserve);
    claimSent(await this.ask(this.#known.slice(reserve)), 0);
    return this.claimSpent();
  }

  /**
   * Half of an hour is spent. While the next begins, as many ask as still have a share in it, so that none of them may be refused,
   * and somebody holds every row of the old hour, so that whoever asks before its end is not done when it ends. Then more ask
   * than the new hour has.
   */
  async overTheEndOfAnHour(random) {
    const { slice, reserve } = this.#shares;
    const late = slice - reserve - slice / 2;
    claimSent(await this.ask(strangers(slice / 2)), slice / 2);
    // What still waits would expire as the hour passes.
    await carried(this.#stage);
    const hour = await this.#hour();
    await passToNext(this.#stage, 'hour', { before: AROUND_END_MS / 2_000 });
    const held = this.#holdRows();
    const moments = several(late, () => random.between(SURELY_HELD_MS, AROUND_END_MS));
    const asked = await Promise.all(moments.map((moment) => this.#askAfter(moment)));
    await held;
    claimSent(asked.flat(), late);
    await until(async () => (await this.#hour()) > hour, { what: 'the next hour' });
    return this.spendHour();
  }

  /** More ask than an hour has, or than is left of the day. */
  async spendHour() {
    await this.ask([...strangers(this.#shares.slice), ...this.#known]);
    return this.claimSpent();
  }

  #holdRows() {
    return this.#stage.sql(
      `WITH held AS MATERIALIZED (SELECT slot FROM sms_budget WHERE hour = (SELECT max(hour) FROM sms_budget) FOR UPDATE)
       SELECT pg_sleep($1) FROM (SELECT count(*) FROM held) AS rows`,
      [AROUND_END_MS / 1_000],
    );
  }

  async #askAfter(milliseconds) {
    await pause(milliseconds);
    return this.ask(strangers(1));
  }

  /** Every message that the gateway got is one that was asked for and spent; no hour had more than its share. */
  async claimSpent() {
    const { daily, slice, reserve } = this.#shares;
    await carried(this.#stage);
    const arrived = this.#stage.gateway.received.length - this.#before;
    claim(arrived === this.#sent, `${this.#sent} codes were answered 202, ${arrived} reached the gateway`);
    const rows = await this.#stage.sql(
      `SELECT hour, sum(spent)::int AS spent, sum(reserve_spent)::int AS "reserveSpent", max(spent_before) AS before FROM sms_budget
       WHERE hour >= date_trunc('day', clock_now(), 'UTC') GROUP BY hour ORDER BY hour`,
    );
    const counted = rows.reduce((all, { spent, reserveSpent }) => all + spent + reserveSpent, 0);
    claim(counted === arrived, `${counted} are counted as spent, ${arrived} reached the gateway`);
    const over = rows.filter(({ spent, reserveSpent }) => spent > slice - reserve || spent + reserveSpent > slice);
    claim(over.length === 0, `an hour had more than its share: ${JSON.stringify(over[0])}`);
    const anybodys = rows.reduce((all, { spent }) => all + spent, 0);
    claim(anybodys <= daily - Math.floor(daily / 5), `${anybodys} of ${daily} were spent of what anybody may take`);
    this.#claimNewestSpent(rows);
    claimRemembered(rows);
  }

  /** There was demand enough for all that the newest hour had. */
  #claimNewestSpent(rows) {
    const { daily, slice } = this.#shares;
    const { spent, reserveSpent } = rows.at(-1);
    const most = Math.min(slice, daily - (this.#sent - spent - reserveSpent));
    claim(spent + reserveSpent === most, `${spent} and ${reserveSpent} of ${most} were spent in an hour of demand`);
  }

  #hour() {
    return this.#stage.value(`SELECT extract(epoch FROM date_trunc('hour', clock_now(), 'UTC'))::int`);
  }
}

/** Each hour began with knowledge of all that was spent before, to the last instant. */
function claimRemembered(rows) {
  let before = 0;
  for (const row of rows) {
    claim(row.before === before, `${before} were spent before an hour that knows of ${row.before}`);
    before += row.spent + row.reserveSpent;
  }
}

function claimSent(asked, number) {
  claim(sentOf(asked).length === number, `${reasons(asked)} instead of ${number}×sent`);
}

async function budgetKept(stage, { shares, random }) {
  const { daily, slice, reserve } = shares;
  await passToNext(stage, 'day');
  const known = await signUpMany(stage, slice - reserve);
  await remembered(stage, known.length);
  await passToNext(stage, 'day');
  const day = new Day(stage, shares, known);
  await day.firstHour();
  let ends = 0;
  for (; day.sent + 2 * slice <= daily; ends += 1) {
    await passToNext(stage, 'hour');
    await day.overTheEndOfAnHour(random);
  }
  for (let hours = 0; day.sent < daily; hours += 1) {
    claim(hours < HOURS_OF_BUDGET, `only ${day.sent} of ${daily} were spent in the day`);
    await passToNext(stage, 'hour');
    await day.spendHour();
  }
  await nextDay(stage, day);
  return `in an hour ${slice - reserve} to strangers and ${reserve} to the known, then, while ${ends} hours ended, all that was theirs, and ${daily} in the day, as the gateway saw`;
}

/** Whoever is refused when the day is spent is told of the next, and gets a code then. */
async function nextDay(stage, day) {
  await passToNext(stage, 'hour');
  const [late] = await day.ask(strangers(1));
  claim(late.answer.status === 503, `after the day’s budget a code was answered ${late.reason}`);
  const wait = Number(late.answer.headers['retry-after']);
  claim(wait <= DAY_SECONDS, `one is to come again in ${wait} s`);
  await stage.passTime(wait);
  const [again] = await day.ask(strangers(1));
  claim(again.reason === 'sent', `on the next day a code was answered ${again.reason}`);
}

/** What SMS may cost, at three processes that serve and two that carry. */
export const budgetProofs = [
  {
    name: 'budget-across-replicas',
    open: openBudgeted,
    prove: ({ stage, short, seed }) => budgetKept(stage, { shares: sharesOf(short), random: new Random(seed) }),
  },
];
