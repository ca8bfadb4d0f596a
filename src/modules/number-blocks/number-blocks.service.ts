import { Injectable, Logger } from '@nestjs/common';
import { LimitsConfig } from '../../config/limits.config.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Challenges } from '../challenges/challenges.service.js';

/** Numbers are assigned to operators, and rented to fraudsters, in blocks of ten thousand. */
const DIGITS_IN_BLOCK = 4;

/** SQL: whether a block is paused; `key` is its stored form. */
export const isPaused = (key: string): string =>
  `EXISTS (SELECT FROM paused_blocks WHERE block = ${key} AND paused_until > clock_now())`;

// Pauses that follow each other are one series, which ends for good after its longest time; an hour later another may begin.
const PAUSE = statement<{ minutes: number }>(
  'blocks.pause',
  `INSERT INTO paused_blocks AS paused (block, first_paused_at, paused_until)
   VALUES ($1, clock_now(), clock_now() + make_interval(mins => least($2, $3 * 60)))
   ON CONFLICT (block) DO UPDATE
   SET first_paused_at = CASE WHEN paused.paused_until < clock_now() - interval '1 hour'
         THEN clock_now() ELSE paused.first_paused_at END,
       paused_until = CASE WHEN paused.paused_until < clock_now() - interval '1 hour'
         THEN excluded.paused_until
         ELSE least(excluded.paused_until, paused.first_paused_at + make_interval(hours => $3)) END
   WHERE paused.paused_until <= clock_now() AND (
     paused.paused_until < clock_now() - interval '1 hour' OR paused.first_paused_at + make_interval(hours => $3) > clock_now())
   RETURNING ceil(extract(epoch FROM paused_until - clock_now()) / 60)::int AS minutes`,
);

/** A series of pauses that goes on. */
export interface PausedBlock {
  /** The stored form of the block; its digits are kept nowhere. */
  readonly key: Buffer;
  readonly since: Date;
  readonly until: Date;
}

const PAUSED = statement<PausedBlock>(
  'blocks.paused',
  `SELECT block AS key, first_paused_at AS since, paused_until AS until FROM paused_blocks
   WHERE paused_until > clock_now() ORDER BY paused_until DESC LIMIT $1`,
);

/** A phone number without its last four digits. */
export const blockOf = (phone: string): string => phone.slice(0, -DIGITS_IN_BLOCK);

/** The breaker of number blocks: where many codes go and hardly any is answered, somebody earns by having them sent. */
@Injectable()
export class NumberBlocks {
  private readonly logger = new Logger(NumberBlocks.name);

  constructor(
    private readonly database: Database,
    private readonly challenges: Challenges,
    private readonly limits: LimitsConfig,
  ) {}

  /**
   * Pauses the block of a phone if it hardly answers, unless it is paused or has been for the longest time.
   * @param key the stored form of the block
   * @returns whether it is paused anew
   */
  async consider(phone: string, key: Buffer): Promise<boolean> {
    const { blockBreaker: bounds } = this.limits;
    const { sends, networks, answered } = await this.challenges.fared(blockOf(phone));
    const answers = answered * 100 >= bounds.answeredPercent * sends;
    if (sends < bounds.sends || networks < bounds.networks || answers) return false;
    const paused = await this.database.first(PAUSE, [key, bounds.pauseMinutes, bounds.longestHours]);
    if (paused)
      this.logger.warn(`a number block is paused for ${paused.minutes} min: ${answered} of ${sends} answered`);
    return paused !== undefined;
  }

  /** The blocks that are paused now, at most so many; whose pause ends last comes first. */
  async paused(atMost: number): Promise<PausedBlock[]> {
    return this.database.run(PAUSED, [atMost]);
  }
}
