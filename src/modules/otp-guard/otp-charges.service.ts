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
import { type AskedRow, CANCEL, takeAndWriteStatement, takeStatement, type Writing } from './otp-guard.statements.js';
import { OtpLimits, type WrongCodeKeys } from './otp-limits.service.js';
import { OtpWatch } from './otp-watch.service.js';

/** Who asks for one message to whom, and how. */
export interface Asking extends Counted {
  /** The purpose of a challenge that needs a place beside those of other askers; one that is resent has its place. */
  readonly placeFor?: OtpPurpose;
}

/** What one message is charged to whenever it may be sent. */
export interface Shares {
  /** What is given back when the code is answered. */
  readonly shares: readonly Buffer[];
  /** The stored form of the asker’s network. */
  readonly asker: Buffer;
  readonly wrong: WrongCodeKeys;
}

/** What one message was charged to: its shares, that of the number block among them. */
export interface Charge extends Shares {
  /** Every counter, the distance between messages among them. */
  readonly keys: readonly Buffer[];
  /** When an SMS was taken from the budget. */
  readonly budgetedAt: Date | null;
}

/** A statement that decides and writes, and the values of what it writes: its message is charged to the shares, and to `allowed`. */
export interface ChargedWriting<Row> {
  readonly statement: Statement<AskedRow & Row>;
  readonly valuesOf: (shares: Shares) => readonly unknown[];
}

export type { AskedRow, Writing };
export { takeAndWriteStatement };

type Verdict<Row> = { readonly charge: Charge; readonly row: Row } | Refused;

interface Refused {
  readonly refusal: DomainError;
  /** What refused, for operators. */
  readonly reason: string;
  /** Whether the asker has a share of their own. */
  readonly known?: boolean;
}

/** The money guard: whether one message may be sent, decided and counted in one statement, before anything is written or with it. */
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
    return (await this.decide(asking, { statement: this.take, valuesOf: () => [] })).charge;
  }

  /**
   * The same, and writes what is sent, in one statement; answers what was written.
   * @throws ResendTooSoon, TooManyMessages, SmsUnavailable
   */
  async chargeAndWrite<Row>(asking: Asking, writing: ChargedWriting<Row>): Promise<Row> {
    return (await this.decide(asking, writing)).row;
  }

  /** Takes back a charge whose message was never written. */
  async cancel({ keys, budgetedAt }: Charge): Promise<void> {
    await this.database.run(CANCEL, [keys, budgetedAt]);
  }

  private async decide<Row>(asking: Asking, writing: ChargedWriting<Row>) {
    const first = await this.ask(asking, this.counters.everybodys(asking), writing);
    const hasOwn = 'refusal' in first && first.known && first.refusal instanceof TooManyMessages;
    const verdict = hasOwn ? await this.ask(asking, this.counters.knownAskers(asking), writing) : first;
    if ('refusal' in verdict) {
      this.watch.refused(verdict.reason);
      throw verdict.refusal;
    }
    if (!asking.unsent) this.watch.sent(asking.contact);
    return verdict;
  }

  private async ask<Row>(
    asking: Asking,
    counters: Counters,
    { statement, valuesOf }: ChargedWriting<Row>,
  ): Promise<Verdict<Row>> {
    const shares = this.sharesOf(asking, counters);
    const values = [...this.valuesOf(asking, counters), ...valuesOf(shares)];
    const { row } = await this.limiter.ask(statement, counters.limits, values);
    if (!row) throw new Error('the limits gave no answer');
    if (row.crowded && counters.block) this.watch.crowded(asking.contact.value, counters.block.key);
    if (row.held !== null) return { refusal: new SmsUnavailable(row.held), reason: 'sending' };
    if (!row.has_place) return this.noPlace(asking);
    if (row.refused_by === null) return { charge: chargeOf(asking, { ...counters, ...shares }, row), row };
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

  private sharesOf({ contact, network, again }: Asking, { limits }: Counters): Shares {
    const keys = distinctKeys(limits);
    return {
      // The distance comes first, where it is kept at all.
      shares: again ? keys : keys.slice(1),
      asker: this.hashes.subject(network),
      wrong: this.hashes.wrongCodeKeys(contact.value, network),
    };
  }
}

const distinctKeys = (limits: Counters['limits']): Buffer[] => [
  ...new Map(limits.map(({ key }) => [key.toString('hex'), key])).values(),
];

function chargeOf(
  { contact, unsent }: Asking,
  { limits, block, shares, ...of }: Counters & Shares,
  row: AskedRow,
): Charge {
  const blocks = block && !row.known_here ? [row.paused ? block.trickle : block.key] : [];
  return {
    ...of,
    keys: [...distinctKeys(limits), ...blocks],
    shares: [...shares, ...blocks],
    budgetedAt: contact.channel === 'sms' && !unsent ? row.moment : null,
  };
}

function refusalOf(facts: { policy: LimitPolicy; retryAfterSeconds: number }, limits: LimitsConfig): DomainError {
  // A pause is no fault of whoever asks, and there is no quota that they could keep to.
  if (facts.policy === limits.codesPerPausedBlock) return new SmsUnavailable(facts.retryAfterSeconds);
  return facts.policy === limits.codeGap ? new ResendTooSoon(facts) : new TooManyMessages(facts);
}
