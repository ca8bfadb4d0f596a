import { Injectable } from '@nestjs/common';
import type { DomainError, LimitPolicy } from '../../common/domain-error.js';
import { LimitsConfig } from '../../config/limits.config.js';
import { Database } from '../../platform/database/database.js';
import type { Statement } from '../../platform/database/statement.js';
import { RateLimiter } from '../../platform/rate-limit/rate-limiter.js';
import { Challenges, type OtpPurpose } from '../challenges/challenges.service.js';
import { SmsUnavailable } from '../sending/sending.errors.js';
import { type Counted, type Counters, OtpCounters } from './otp-counters.js';
import { ResendTooSoon, TooManyMessages } from './otp-guard.errors.js';
import { type AskedRow, CANCEL, takeStatement } from './otp-guard.statements.js';
import { OtpLimits, type WrongCodeKeys } from './otp-limits.service.js';
import { OtpWatch } from './otp-watch.service.js';

/** Who asks for one message to whom, and how. */
export interface Asking extends Counted {
  /** The purpose of a challenge that needs a place beside those of other askers; one that is resent has its place. */
  readonly placeFor?: OtpPurpose;
}

/** What one message was charged to. */
export interface Charge {
  /** Every counter, the distance between messages among them. */
  readonly keys: readonly Buffer[];
  /** What is given back when the code is answered. */
  readonly shares: readonly Buffer[];
  /** The stored form of the asker’s network. */
  readonly asker: Buffer;
  readonly wrong: WrongCodeKeys;
  /** When an SMS was taken from the budget. */
  readonly budgetedAt: Date | null;
}

type Verdict = { readonly charge: Charge } | Refused;

interface Refused {
  readonly refusal: DomainError;
  /** What refused, for operators. */
  readonly reason: string;
  /** Whether the asker has a share of their own. */
  readonly known?: boolean;
}

/** The money guard: whether one message may be sent, decided and counted in one statement before anything else is written. */
@Injectable()
export class OtpCharges {
  private readonly take: Statement<AskedRow>;
  private readonly counters: OtpCounters;

  constructor(
    private readonly limiter: RateLimiter,
    private readonly database: Database,
    private readonly hashes: OtpLimits,
    private readonly challenges: Challenges,
    private readonly watch: OtpWatch,
    private readonly limits: LimitsConfig,
  ) {
    this.take = takeStatement(limits);
    this.counters = new OtpCounters(limiter, limits);
  }

  /**
   * Takes one message out of everybody's share, and where that is used up out of the known asker's own.
   * @throws ResendTooSoon, TooManyMessages, SmsUnavailable
   */
  async charge(asking: Asking): Promise<Charge> {
    const first = await this.ask(asking, this.counters.everybodys(asking));
    const hasOwn = 'refusal' in first && first.known && first.refusal instanceof TooManyMessages;
    const verdict = hasOwn ? await this.ask(asking, this.counters.knownAskers(asking)) : first;
    if ('refusal' in verdict) {
      this.watch.refused(verdict.reason);
      throw verdict.refusal;
    }
    if (!asking.unsent) this.watch.sent(asking.contact);
    return verdict.charge;
  }

  /** Takes back a charge whose message was never written. */
  async cancel({ keys, budgetedAt }: Charge): Promise<void> {
    await this.database.run(CANCEL, [keys, budgetedAt]);
  }

  private async ask(asking: Asking, counters: Counters): Promise<Verdict> {
    const { row } = await this.limiter.ask(this.take, counters.limits, this.valuesOf(asking, counters));
    if (!row) throw new Error('the limits gave no answer');
    if (row.crowded && counters.block) this.watch.crowded(asking.contact.value, counters.block.key);
    if (row.held !== null) return { refusal: new SmsUnavailable(row.held), reason: 'sending' };
    if (!row.has_place) return this.noPlace(asking);
    if (row.refused_by === null) return { charge: this.chargeOf(asking, counters, row) };
    return { ...this.refusedBy(row, counters), known: row.known_here };
  }

  private valuesOf({ contact, network, placeFor, unsent }: Asking, { block }: Counters): unknown[] {
    const hashes = [this.hashes.subject(contact.value), this.hashes.subject(network)];
    const daily = contact.channel === 'sms' && !unsent ? this.limits.smsBudget.daily : null;
    return [contact.value, ...hashes, placeFor ?? null, ...(block ? [block.key, block.trickle] : [null, null]), daily];
  }

  /** The counters of the block come after the others, and the budget has the number 0. */
  private refusedBy({ refused_by: number, retry_after, paused }: AskedRow, { limits }: Counters): Refused {
    const retryAfterSeconds = retry_after ?? 1;
    if (!number) return { refusal: new SmsUnavailable(retryAfterSeconds), reason: 'budget' };
    const ofBlock = paused ? this.limits.codesPerPausedBlock : this.limits.codesPerBlock;
    const policy = limits[number - 1]?.policy ?? ofBlock;
    return { refusal: refusalOf({ policy, retryAfterSeconds }, this.limits), reason: policy.name };
  }

  private async noPlace({ contact, placeFor = 'sign_in' }: Asking): Promise<Refused> {
    const { liveChallenges: policy } = this.limits;
    const retryAfterSeconds = await this.challenges.secondsUntilPlace(contact.value, placeFor);
    return { refusal: new TooManyMessages({ policy, retryAfterSeconds }), reason: policy.name };
  }

  private chargeOf({ contact, network, again, unsent }: Asking, { limits, block }: Counters, row: AskedRow): Charge {
    const keys = [...new Map(limits.map(({ key }) => [key.toString('hex'), key])).values()];
    if (block && !row.known_here) keys.push(row.paused ? block.trickle : block.key);
    return {
      keys,
      // The distance comes first, where it is kept at all.
      shares: again ? keys : keys.slice(1),
      asker: this.hashes.subject(network),
      wrong: this.hashes.wrongCodeKeys(contact.value, network),
      budgetedAt: contact.channel === 'sms' && !unsent ? row.moment : null,
    };
  }
}

function refusalOf(facts: { policy: LimitPolicy; retryAfterSeconds: number }, limits: LimitsConfig): DomainError {
  // A pause is no fault of whoever asks, and there is no quota that they could keep to.
  if (facts.policy === limits.codesPerPausedBlock) return new SmsUnavailable(facts.retryAfterSeconds);
  return facts.policy === limits.codeGap ? new ResendTooSoon(facts) : new TooManyMessages(facts);
}
