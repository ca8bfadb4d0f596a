import { Injectable } from '@nestjs/common';
import { LimitsConfig } from '../../config/limits.config.js';
import { Database } from '../../platform/database/database.js';
import { type Statement, statement } from '../../platform/database/statement.js';
import type { OtpPurpose } from './otp-challenge.entity.js';

export type { OtpPurpose };

/** How the codes to some numbers fared. */
export interface FaredCodes {
  readonly sends: number;
  /** From how many networks they were asked for. */
  readonly networks: number;
  readonly answered: number;
}

/** SQL: whether the code of a challenge may still be typed. */
export const isLive = (alias: string, { codeAttempts }: LimitsConfig): string =>
  `${alias}.ended_at IS NULL AND ${alias}.expires_at > clock_now() AND ${alias}.attempts < ${codeAttempts}`;

/** SQL: how many challenges of a contact and purpose other askers have live. */
export const othersLive = (limits: LimitsConfig, of: { contact: string; purpose: string; asker: string }): string =>
  `(SELECT count(*) FROM otp_challenges other
    WHERE contact = ${of.contact} AND purpose = ${of.purpose} AND asker <> ${of.asker} AND ${isLive('other', limits)})`;

const nextFree = (limits: LimitsConfig): Statement<{ seconds: number | null }> =>
  statement(
    'challenges.next_free',
    `SELECT ceil(extract(epoch FROM min(expires_at) - clock_now()))::int AS seconds
     FROM otp_challenges challenge WHERE contact = $1 AND purpose = $2 AND ${isLive('challenge', limits)}`,
  );

// Text patterns compare byte by byte, and a colon comes after the digits. Whoever used a challenge has answered all its messages.
const FARED = statement<FaredCodes>(
  'challenges.fared',
  `SELECT coalesce(sum(generation), 0)::int AS sends, count(DISTINCT asker)::int AS networks,
     coalesce(sum(generation) FILTER (WHERE end_reason = 'used'), 0)::int AS answered
   FROM otp_challenges
   WHERE contact ~>=~ $1 AND contact ~<~ ($1 || ':') AND channel = 'sms' AND NOT is_test
     AND created_at BETWEEN clock_now() - interval '1 hour' AND clock_now() - interval '2 minutes'`,
);

/** Challenges as those see them who decide whether there may be another. Asking for codes and proving them is `otp`. */
@Injectable()
export class Challenges {
  private readonly nextFree: Statement<{ seconds: number | null }>;

  constructor(
    private readonly database: Database,
    limits: LimitsConfig,
  ) {
    this.nextFree = nextFree(limits);
  }

  /** In how many seconds a live challenge of the contact ends at the latest, at least 1. */
  async secondsUntilPlace(contact: string, purpose: OtpPurpose): Promise<number> {
    const next = await this.database.first(this.nextFree, [contact, purpose]);
    return Math.max(1, next?.seconds ?? 1);
  }

  /** How the codes to all phones that begin with `prefix` fared in the last hour, its newest two minutes aside. */
  async fared(prefix: string): Promise<FaredCodes> {
    return (await this.database.first(FARED, [prefix])) ?? { sends: 0, networks: 0, answered: 0 };
  }
}
