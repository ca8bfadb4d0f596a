import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { keyedHash } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { Gatherer } from '../../common/gatherer.js';
import { LimitsConfig } from '../../config/limits.config.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { RateLimiter } from '../../platform/rate-limit/rate-limiter.js';
import { Hourly, soleRun } from '../../platform/schedule/periodic.js';

const FORGOTTEN_AT_ONCE = 5_000;
const FORGETTING = 'visits.forget';

/** SQL. */
const TODAY = `(clock_now() AT TIME ZONE 'UTC')::date`;

/** Whoever opens a share link. */
export interface InviteVisitor {
  readonly address: string;
  readonly network: string;
  readonly userAgent: string | null;
}

interface Visit {
  readonly code: string;
  /** Keyed hash of who it was. */
  readonly visitor: Buffer;
}

/**
 * Counts what is new of these visits; answers whether the day has begun, without which there is no salt. Rows are locked in the order
 * of their keys: the visits', then the owners', then the day's, which everybody needs. Whether a code is open is looked at after it is
 * found: as a condition it would let the planner read all open ones.
 */
const COUNT = statement<{ begun: boolean }>(
  'visits.count',
  `WITH today AS (SELECT day, salt FROM invite_days WHERE day = ${TODAY} AND salt IS NOT NULL),
   visited AS MATERIALIZED (
     SELECT visit.code, visitor, link.retired_at IS NULL AND owner.status = 'active' AND NOT owner.is_test AS is_open
     FROM unnest($1::text[], $2::bytea[]) AS visit (code, visitor)
     JOIN referral_links link ON link.code = visit.code JOIN users owner ON owner.id = link.user_id),
   fresh AS (
     INSERT INTO invite_visits (day, code, visitor)
     SELECT day, code, sha256(salt || visitor) FROM today, visited WHERE is_open ORDER BY 2, 3
     ON CONFLICT DO NOTHING RETURNING code),
   counted AS (
     INSERT INTO invite_opens AS counter (user_id, opens)
     SELECT user_id, count(*) FROM fresh JOIN referral_links USING (code) GROUP BY user_id ORDER BY user_id
     ON CONFLICT (user_id) DO UPDATE SET opens = counter.opens + excluded.opens RETURNING user_id),
   added AS (SELECT (SELECT count(*) FROM counted) AS owners, (SELECT count(*) FROM fresh) AS opens),
   total AS (
     UPDATE invite_days SET opens = invite_days.opens + added.opens FROM added, today
     WHERE added.owners > 0 AND invite_days.day = today.day)
   SELECT EXISTS (SELECT FROM today) AS begun FROM set_config('synchronous_commit', 'off', true)`,
);

const BEGIN_DAY = statement(
  'visits.begin_day',
  `INSERT INTO invite_days (day, salt) SELECT ${TODAY}, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
   FROM set_config('synchronous_commit', 'off', true)
   ON CONFLICT (day) DO UPDATE SET salt = excluded.salt WHERE invite_days.salt IS NULL`,
);

const FORGET_SALTS = statement(
  'visits.forget_salts',
  `UPDATE invite_days SET salt = NULL WHERE day < ${TODAY} AND salt IS NOT NULL`,
);

const FORGET_VISITS = statement<{ visits: number }>(
  'visits.forget',
  `WITH forgotten AS (
     DELETE FROM invite_visits WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM invite_visits WHERE day < ${TODAY} ORDER BY day, code, visitor LIMIT ${FORGOTTEN_AT_ONCE}))
     RETURNING 1)
   SELECT count(*)::int AS visits FROM forgotten`,
);

const OPENS_OF = statement<{ opens: number }>('visits.opens_of', 'SELECT opens FROM invite_opens WHERE user_id = $1');

const OPENS_BY_DAY = statement<{ day: string; opens: number }>(
  'visits.opens_by_day',
  `SELECT to_char(day, 'YYYY-MM-DD') AS day, opens FROM invite_days WHERE day BETWEEN $1 AND $2 ORDER BY day`,
);

/**
 * How often share links are opened: a visitor counts once for each link and day (UTC). Who it was is known for that day only, under a
 * salt that goes with it; from then on nothing tells the visitors of one day from those of another, or who they were.
 */
@Injectable()
export class Visits implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Visits.name);
  private readonly visitorKey: Buffer;
  private readonly soon = new Gatherer<Visit>((visits) => this.count(visits));

  constructor(
    private readonly database: Database,
    private readonly limiter: RateLimiter,
    private readonly limits: LimitsConfig,
    root: RootKey,
  ) {
    this.visitorKey = root.derive('invite-visits');
  }

  /**
   * Counts an open soon, if the code can be activated and the network has not opened too much. Whether it is counted is decided when
   * the caller has gone on, so that the time it takes does not tell whether anybody has the code. Failures are logged, not thrown.
   * Call it outside transactions.
   */
  async note(code: string, { address, network, userAgent }: InviteVisitor): Promise<void> {
    try {
      const policy = this.limits.inviteOpensPerNetwork;
      const limit = { key: this.limiter.key(policy.name, network), policy };
      if (await this.limiter.take([limit])) return;
      this.soon.add({ code, visitor: keyedHash(this.visitorKey, address, userAgent ?? '') });
    } catch {
      this.warnOf(1);
    }
  }

  /** How often the links of a person were opened, the retired ones too. */
  async opensOf(userId: string): Promise<number> {
    return (await this.database.first(OPENS_OF, [userId]))?.opens ?? 0;
  }

  /** The opens of each day from `from` to `to`, both included (`YYYY-MM-DD`, UTC), in their order; a day without any may be missing. */
  async opensByDay(from: string, to: string): Promise<Map<string, number>> {
    const days = await this.database.run(OPENS_BY_DAY, [from, to]);
    return new Map(days.map(({ day, opens }) => [day, opens]));
  }

  /** Forgets who came on days that are over. Each batch is a transaction of its own: what is forgotten stays so when a later one fails. */
  @Hourly(FORGETTING)
  async forgetPast(): Promise<void> {
    let visits: number;
    do {
      visits = await this.forgetSome();
    } while (visits === FORGOTTEN_AT_ONCE);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.soon.settled();
  }

  private async forgetSome(): Promise<number> {
    let visits = 0;
    await soleRun(this.database, FORGETTING, async () => {
      await this.database.run(FORGET_SALTS, []);
      visits = (await this.database.first(FORGET_VISITS, []))?.visits ?? 0;
    });
    return visits;
  }

  private async count(visits: readonly Visit[]): Promise<void> {
    const values = [visits.map(({ code }) => code), visits.map(({ visitor }) => visitor)];
    try {
      const counted = await this.database.first(COUNT, values);
      if (counted?.begun) return;
      await this.database.run(BEGIN_DAY, []);
      const again = await this.database.first(COUNT, values);
      if (!again?.begun) this.warnOf(visits.length);
    } catch {
      this.warnOf(visits.length);
    }
  }

  private warnOf(opens: number): void {
    this.logger.warn(`Opens of share links that were not counted: ${opens}`);
  }
}
