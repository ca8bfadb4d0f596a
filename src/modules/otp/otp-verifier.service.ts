import { Injectable, Logger } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import { hashOfSecret } from '../../common/crypto.js';
import { Database } from '../../platform/database/database.js';
import type { OtpPurpose } from './otp-challenge.entity.js';
import { type CodeSource, OtpCodes } from './otp-codes.js';
import { OtpLimits } from './otp-limits.service.js';
import { ChallengeOver, CodeWrong, TooManyWrongCodes } from './otp.errors.js';
import { ATTEMPTS, CONSUME, COUNT, COUNT_WRONG, type CountedRow, FORGIVE } from './otp.statements.js';

export interface TypedCode {
  readonly challengeId: string;
  readonly code: string;
  /** The network it was typed on. */
  readonly network: string;
}

/** A right code, not yet used: {@link OtpVerifier.consume} must still win the challenge. */
export interface RightCode {
  readonly challenge: Buffer;
  readonly purpose: OtpPurpose;
  readonly generation: number;
  readonly contact: Contact;
  readonly network: string;
}

/** Proving a code, in three steps around the caller's transaction: {@link check}, {@link consume} in it, {@link reward} after it. */
@Injectable()
export class OtpVerifier {
  private readonly logger = new Logger(OtpVerifier.name);

  constructor(
    private readonly database: Database,
    private readonly limits: OtpLimits,
    private readonly codes: OtpCodes,
  ) {}

  /**
   * Counts the attempt, durably whatever happens next, then compares. Call it outside the transaction of the story.
   * @throws CodeWrong, ChallengeOver (expired, used, exhausted, of another purpose, unknown), TooManyWrongCodes
   */
  async check(typed: TypedCode, purposes: readonly OtpPurpose[]): Promise<RightCode> {
    const challenge = hashOfSecret(typed.challengeId);
    const wrongFromNetwork = this.limits.wrongFromNetwork(typed.network);
    const counted = await this.database.first(COUNT, [challenge, purposes, wrongFromNetwork]);
    if (!counted?.purpose) throw counted && counted.wrong_from_network >= 60 ? tooManyWrong() : new ChallengeOver();
    const source = { challenge, purpose: counted.purpose, generation: counted.generation };
    if (!this.codes.matches(source, counted.code_length, typed.code)) await this.refuse(source, counted, typed);
    return { ...source, contact: { channel: counted.channel, value: counted.contact }, network: typed.network };
  }

  /**
   * Ends the challenge as used, in the caller's transaction. Of parallel right answers one passes.
   * @returns what its messages were charged, for {@link reward}
   * @throws ChallengeOver
   */
  async consume({ challenge, purpose, generation, contact, network }: RightCode): Promise<readonly Buffer[]> {
    const subjects = [this.limits.subject(contact.value), this.limits.subject(network)];
    const used = await this.database.first(CONSUME, [challenge, contact.value, purpose, generation, ...subjects]);
    if (!used) throw new ChallengeOver();
    return used.charges;
  }

  /** Gives the messages of an answered challenge back to their limits: only unanswered ones count. Never fails. */
  async reward(charges: readonly Buffer[]): Promise<void> {
    try {
      await this.limits.refund(charges);
    } catch {
      this.logger.warn('an answered message was not given back to its limits');
    }
  }

  private async refuse(source: CodeSource, counted: CountedRow, typed: TypedCode): Promise<never> {
    if (this.codes.wasEarlier(source, typed.code)) {
      await this.database.run(FORGIVE, [source.challenge]);
      throw new CodeWrong(ATTEMPTS - counted.attempts + 1);
    }
    await this.limits.countWrong(this.limits.wrongCodeKeys(counted.contact, typed.network));
    await this.database.run(COUNT_WRONG, []);
    throw new CodeWrong(ATTEMPTS - counted.attempts);
  }
}

const tooManyWrong = (): TooManyWrongCodes => new TooManyWrongCodes({ retryAfterSeconds: 600 });
