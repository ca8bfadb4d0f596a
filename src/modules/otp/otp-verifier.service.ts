import { Injectable } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import { hashOfSecret, sameText } from '../../common/crypto.js';
import { LimitsConfig } from '../../config/limits.config.js';
import { Database } from '../../platform/database/database.js';
import { brief, type Fragment, type Statement, statement } from '../../platform/database/statement.js';
import { secondsUntilFree } from '../../platform/rate-limit/rate-limiter.js';
import { isLive, type OtpPurpose } from '../challenges/challenges.service.js';
import { OtpLimits } from '../otp-guard/otp-limits.service.js';
import { TestPhones } from '../test-phones/test-phones.service.js';
import { type CodeSource, OtpCodes } from './otp-codes.js';
import { ChallengeOver, CodeWrong, TooManyWrongCodes } from './otp.errors.js';

export interface TypedCode {
  readonly challengeId: string;
  readonly code: string;
  /** The network it was typed on. */
  readonly network: string;
  /** The person whose contact is being changed; a challenge of anybody else's is over for them. */
  readonly subject?: string;
}

/** A right code, not yet used: {@link CONSUME_CODE} must still win the challenge. */
export interface RightCode {
  readonly challenge: Buffer;
  readonly purpose: OtpPurpose;
  readonly generation: number;
  readonly contact: Contact;
  readonly network: string;
  /** Whether it is a fixed one, which nobody was sent. */
  readonly unsent?: boolean;
}

/** Either way the person is in. */
const SIGNING_IN: readonly OtpPurpose[] = ['sign_in', 'registration'];

/** The purposes whose challenges a success ends; what was asked for under the old password does not outlive it. */
const ENDED_BY: Readonly<Record<OtpPurpose, readonly OtpPurpose[]>> = {
  sign_in: SIGNING_IN,
  registration: SIGNING_IN,
  password_reset: [...SIGNING_IN, 'password_reset', 'contact_change'],
  contact_change: ['contact_change'],
};

/**
 * Ends the challenge as used and the contact's others as superseded; offers `proven` (contact, charges, is_test, pending_password), empty when
 * it was used or replaced meanwhile. Rows are locked in the order of their ids, so that several of one contact at once do not wait for each other:
 * the first wins, the rest find theirs ended.
 */
export const CONSUME_CODE: Fragment = {
  parameters: 4,
  ctes: `
   open AS MATERIALIZED (
     SELECT id, generation, pending_password FROM otp_challenges
     WHERE contact = $2 AND purpose = ANY ($3::text[]) AND ended_at IS NULL ORDER BY id FOR UPDATE),
   ended AS (
     UPDATE otp_challenges challenge
     SET ended_at = clock_now(), end_reason = CASE WHEN challenge.id = $1 THEN 'used' ELSE 'superseded' END,
       pending_password = NULL
     FROM open WHERE challenge.id = open.id AND EXISTS (SELECT FROM open WHERE id = $1 AND generation = $4)
     RETURNING challenge.id, challenge.contact, challenge.charges, challenge.is_test, open.pending_password),
   proven AS (SELECT contact, charges, is_test, pending_password FROM ended WHERE id = $1)`,
};

interface CountedRow {
  /** Seconds until codes are taken from the network again; null when they are. */
  readonly network_wait: number | null;
  readonly purpose: OtpPurpose | null;
  readonly channel: 'sms' | 'email';
  readonly contact: string;
  readonly generation: number;
  readonly code_length: number;
  readonly attempts: number;
  readonly is_test: boolean;
}

/** Counts an attempt before anybody looks at the code, so that no number of parallel guesses passes the limit. */
const countStatement = (limits: LimitsConfig): Statement<CountedRow> =>
  brief(
    statement(
      'otp.count',
      `WITH network AS (SELECT ${secondsUntilFree('$3', limits.wrongCodesPerNetwork)} AS wait),
   counted AS (
     UPDATE otp_challenges challenge SET attempts = attempts + 1
     WHERE id = $1 AND purpose = ANY ($2::text[]) AND subject IS NOT DISTINCT FROM $4 AND ${isLive('challenge', limits)}
       AND (SELECT wait FROM network) IS NULL
     RETURNING purpose, channel, contact, generation, code_length, attempts, is_test)
   SELECT network.wait AS network_wait, counted.*
   FROM network LEFT JOIN counted ON true, set_config('synchronous_commit', 'off', true)`,
    ),
  );

const FORGIVE = statement(
  'otp.forgive',
  `UPDATE otp_challenges SET attempts = attempts - 1 WHERE id = $1 AND attempts > 0`,
);

/** Proving a code, in three steps: {@link OtpVerifier.check}, {@link CONSUME_CODE} in the story, {@link OtpVerifier.reward} after it. */
@Injectable()
export class OtpVerifier {
  private readonly count: Statement<CountedRow>;

  constructor(
    private readonly database: Database,
    private readonly limits: OtpLimits,
    private readonly codes: OtpCodes,
    private readonly testPhones: TestPhones,
    private readonly bounds: LimitsConfig,
  ) {
    this.count = countStatement(bounds);
  }

  /**
   * Counts the attempt, durably whatever happens next, then compares. Call it outside the transaction of the story.
   * @throws CodeWrong, ChallengeOver (expired, used, exhausted, of another purpose, unknown), TooManyWrongCodes
   */
  async check(typed: TypedCode, purposes: readonly OtpPurpose[]): Promise<RightCode> {
    const challenge = hashOfSecret(typed.challengeId);
    const wrongFromNetwork = this.limits.wrongFromNetwork(typed.network);
    const counted = await this.database.first(this.count, [
      challenge,
      purposes,
      wrongFromNetwork,
      typed.subject ?? null,
    ]);
    if (!counted?.purpose) throw counted?.network_wait ? this.tooManyWrong(counted.network_wait) : new ChallengeOver();
    const source = { challenge, purpose: counted.purpose, generation: counted.generation };
    if (!(await this.isRight(source, counted, typed.code))) await this.refuse(source, counted, typed);
    const contact = { channel: counted.channel, value: counted.contact };
    return { ...source, contact, network: typed.network, ...(counted.is_test && { unsent: true }) };
  }

  /** Gives back the attempt of a right code that could not be used for another reason. */
  async forgive({ challenge }: RightCode): Promise<void> {
    await this.database.run(FORGIVE, [challenge]);
  }

  /** The values of {@link CONSUME_CODE} for a right code. */
  consumption({ challenge, purpose, generation, contact }: RightCode): unknown[] {
    return [challenge, contact.value, ENDED_BY[purpose], generation];
  }

  /** Remembers the network of a success, and gives its messages back to their limits: only unanswered ones count. Soon. */
  reward({ contact, network, unsent }: RightCode, charges: readonly Buffer[]): void {
    this.limits.reward({ contact, network, unsent, shares: charges });
  }

  /** @throws ChallengeOver when the code was a fixed one, and is none any more */
  private async isRight(source: CodeSource, { is_test, contact, code_length }: CountedRow, typed: string) {
    if (!is_test) return this.codes.matches(source, code_length, typed);
    const fixed = await this.testPhones.codeOf(contact);
    if (!fixed) throw new ChallengeOver();
    return sameText(fixed.code, typed);
  }

  private async refuse(source: CodeSource, counted: CountedRow, typed: TypedCode): Promise<never> {
    if (this.codes.wasEarlier(source, typed.code)) {
      await this.database.run(FORGIVE, [source.challenge]);
      throw new CodeWrong(this.bounds.codeAttempts - counted.attempts + 1);
    }
    await this.limits.countWrong(this.limits.wrongCodeKeys(counted.contact, typed.network));
    throw new CodeWrong(this.bounds.codeAttempts - counted.attempts);
  }

  private tooManyWrong(retryAfterSeconds: number): TooManyWrongCodes {
    return new TooManyWrongCodes({ retryAfterSeconds, policy: this.bounds.wrongCodesPerNetwork });
  }
}
