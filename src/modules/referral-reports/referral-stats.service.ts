import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Hourly, soleRun } from '../../platform/schedule/periodic.js';
import { Visits } from '../invite-visits/visits.service.js';
import { beginningOf, type Days, ensureInOrder, TODAY } from './days.js';

interface Counts {
  /** Who registered, whether invited or not, and whether deleted since or not. */
  readonly newPeople: number;
  /** Invite codes that were activated. */
  readonly activations: number;
}

/** What happened on a day (UTC), or on several. */
export interface Happenings extends Counts {
  /** Share links that were opened: by a visitor once for each link and day. */
  readonly opens: number;
}

export interface DayStats extends Happenings {
  /** `YYYY-MM-DD`. */
  readonly day: string;
}

export interface ReferralStats {
  /** Every day that was asked for, the oldest first. */
  readonly items: DayStats[];
  readonly totals: Happenings;
}

/** The most days that are told at once. */
export const MOST_DAYS = 366;
/** How many are told when nobody says how many. */
export const USUAL_DAYS = 30;
const KEEPING = 'referral-stats.keep';
const KEPT_AT_ONCE = 31;

const PERIOD = statement<Days>(
  'referral_stats.period',
  `SELECT to_char(coalesce($1::date, last - ($3::int - 1)), 'YYYY-MM-DD') AS from, to_char(last, 'YYYY-MM-DD') AS to
   FROM (SELECT coalesce($2::date, ${TODAY}) AS last) AS period`,
);

const countedIn = (table: string, column: string): string =>
  `(SELECT count(*)::int FROM ${table}
    WHERE ${column} >= ${beginningOf('each.day')} AND ${column} < ${beginningOf(`each.day + interval '1 day'`)})`;
const NEW_PEOPLE = countedIn('users', 'created_at');
const ACTIVATIONS = countedIn('referrals', 'activated_at');

/** Only of days that are not kept anything is counted. */
const READ = statement<Counts & { day: string }>(
  'referral_stats.read',
  `SELECT to_char(each.day, 'YYYY-MM-DD') AS day,
     coalesce(kept.new_people, ${NEW_PEOPLE}) AS "newPeople", coalesce(kept.activations, ${ACTIVATIONS}) AS activations
   FROM generate_series($1::timestamp, $2::timestamp, interval '1 day') AS each (day)
   LEFT JOIN referral_days kept ON kept.day = each.day::date AND kept.day < ${TODAY}
   ORDER BY each.day`,
);

/** SQL: the last day that is over for an hour. */
const LAST_OVER = `((clock_now() - interval '1 hour') AT TIME ZONE 'UTC')::date - 1`;

/** What a clock that was ahead has kept. */
const FORGET_UNFINISHED = statement(
  'referral_stats.forget_unfinished',
  `DELETE FROM referral_days WHERE day > ${LAST_OVER}`,
);

/**
 * From the day after the last one that is kept, or on which the first person came, to yesterday. A day is over for an hour before it is
 * kept: what began in it may be committed later.
 */
const KEEP = statement(
  'referral_stats.keep',
  `INSERT INTO referral_days (day, new_people, activations)
   SELECT each.day::date, ${NEW_PEOPLE}, ${ACTIVATIONS}
   FROM (SELECT
       coalesce((SELECT max(day) + 1 FROM referral_days), (SELECT (min(created_at) AT TIME ZONE 'UTC')::date FROM users)) AS first,
       ${LAST_OVER} AS yesterday) AS due,
     generate_series(first::timestamp, least(first + ${KEPT_AT_ONCE - 1}, yesterday)::timestamp, interval '1 day') AS each (day)`,
);

/** How invitations fare from day to day: links are opened, people come, codes are activated. Days that are over are counted once. */
@Injectable()
export class ReferralStatistics {
  constructor(
    private readonly database: Database,
    private readonly visits: Visits,
  ) {}

  /**
   * @param asked the days; without `to` they end today
   * @param usual how many they are without `from`
   * @throws RequestInvalid when they are out of order, or more than {@link MOST_DAYS}
   */
  async of(asked: Partial<Days>, usual = USUAL_DAYS): Promise<ReferralStats> {
    const [days] = await this.database.run(PERIOD, [asked.from ?? null, asked.to ?? null, usual]);
    if (!days) throw new Error('the days have no beginning');
    ensureInOrder(days, MOST_DAYS);
    const opens = await this.visits.opensByDay(days.from, days.to);
    const counted = await this.database.run(READ, [days.from, days.to]);
    const items = counted.map((each) => ({ ...each, opens: opens.get(each.day) ?? 0 }));
    return { items, totals: totalsOf(items) };
  }

  /** Keeps the counts of days that are over, a month of them at a time. */
  @Hourly(KEEPING)
  async keep(): Promise<void> {
    await soleRun(this.database, KEEPING, async () => {
      await this.database.run(FORGET_UNFINISHED, []);
      await this.database.run(KEEP, []);
    });
  }
}

function totalsOf(items: readonly Happenings[]): Happenings {
  const sum = (of: (each: Happenings) => number): number => items.reduce((total, each) => total + of(each), 0);
  return {
    opens: sum(({ opens }) => opens),
    newPeople: sum(({ newPeople }) => newPeople),
    activations: sum(({ activations }) => activations),
  };
}
