import { Injectable } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import { hashOfSecret, sameText } from '../../common/crypto.js';
import { LimitsConfig } from '../../config/limits.config.js';
import { Database } from '../../platform/database/database.js';
import type { Fragment, Statement } from '../../platform/database/statement.js';
import type { OtpPurpose } from '../challenges/challenges.service.js';
import { OtpLimits } from '../otp-guard/otp-limits.service.js';
import { TestPhones } from '../test-phones/test-phones.service.js';
import { type CodeSource, OtpCodes } from './otp-codes.js';
import { ChallengeOver, CodeWrong, TooManyWrongCodes } from './otp.errors.js';
import {
  CONSUME_CODE,
  type CountedAttempt,
  type CountedRow,
  countStatement,
  ENDED_BY,
  FORGIVE,
  proofAtOnce,
} from './proving/proof.statements.js';

export { CONSUME_CODE, type CountedAttempt };

export interface TypedCode {
  readonly challengeId: string;
  readonly code: string;
  /** The network it was typed on. */
  readonly network: string;
  /** The person whose contact is being changed; a challenge of anybody else's is over for them. */
  readonly subject?: string;
}

/** Whose code it was, and where it was typed. */
export type AnsweredCode = Pick<RightCode, 'contact' | 'network' | 'unsent'>;

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

/** Resends beyond these are rare; their codes are checked in steps. */
const LIKELY_GENERATIONS = [1, 2];
const NO_GENERATION = 0;

/**
 * Proving a code, in three steps: {@link OtpVerifier.check}, {@link CONSUME_CODE} in the story, {@link OtpVerifier.reward} after it. Or in
 * two, where the code is right at first sight: {@link OtpVerifier.proofAtOnce} in the story, and the reward.
 */
@Injectable()
export class OtpVerifier {
  /** See {@link proofAtOnce}. Its values are {@link OtpVerifier.atFirstSight}. */
  readonly proofAtOnce: Fragment;
  private readonly count: Statement<CountedRow>;

  constructor(
    private readonly database: Database,
    private readonly limits: OtpLimits,
    private readonly codes: OtpCodes,
    private readonly testPhones: TestPhones,
    private readonly bounds: LimitsConfig,
  ) {
    this.count = countStatement(bounds);
    this.proofAtOnce = proofAtOnce(bounds);
  }

  /** The values of {@link proofAtOnce} for whatever was typed; wrong codes take the same way here as right ones, and as long. */
  atFirstSight({ challengeId, code, network }: TypedCode): unknown[] {
    const challenge = hashOfSecret(challengeId);
    const right = LIKELY_GENERATIONS.filter((generation) =>
      this.codes.matches({ challenge, purpose: 'sign_in', generation }, code.length, code),
    );
    return [challenge, right[0] ?? NO_GENERATION, code.length, this.limits.wrongFromNetwork(network)];
  }

  /**
   * Counts the attempt, durably whatever happens next, then compares. Call it outside the transaction of the story.
   * @param already the attempt, where {@link proofAtOnce} has counted it
   * @throws CodeWrong, ChallengeOver (expired, used, exhausted, of another purpose, unknown), TooManyWrongCodes
   */
  async check(typed: TypedCode, purposes: readonly OtpPurpose[], already?: CountedAttempt): Promise<RightCode> {
    const challenge = hashOfSecret(typed.challengeId);
    const counted = already ?? (await this.countAttempt(challenge, typed, purposes));
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
  reward({ contact, network, unsent }: AnsweredCode, charges: readonly Buffer[]): void {
    this.limits.reward({ contact, network, unsent, shares: charges });
  }

  /** @throws ChallengeOver, TooManyWrongCodes */
  private async countAttempt(challenge: Buffer, { network, subject }: TypedCode, purposes: readonly OtpPurpose[]) {
    const values = [challenge, purposes, this.limits.wrongFromNetwork(network), subject ?? null];
    const counted = await this.database.first(this.count, values);
    if (counted && counted.purpose !== null) return counted;
    throw counted?.network_wait ? this.tooManyWrong(counted.network_wait) : new ChallengeOver();
  }

  /** @throws ChallengeOver when the code was a fixed one, and is none any more */
  private async isRight(source: CodeSource, { is_test, contact, code_length }: CountedAttempt, typed: string) {
    if (!is_test) return this.codes.matches(source, code_length, typed);
    const fixed = await this.testPhones.codeOf(contact);
    if (!fixed) throw new ChallengeOver();
    return sameText(fixed.code, typed);
  }

  private async refuse(source: CodeSource, counted: CountedAttempt, typed: TypedCode): Promise<never> {
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
