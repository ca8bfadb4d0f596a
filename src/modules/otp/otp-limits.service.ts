import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import { deriveKey, keyedHash } from '../../common/crypto.js';
import type { LimitPolicy } from '../../common/domain-error.js';
import { Gatherer } from '../../common/gatherer.js';
import { SecretConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { adding, type Limit, RateLimiter, type Refusal, refunding } from '../../platform/rate-limit/rate-limiter.js';
import type { OtpPurpose } from './otp-challenge.entity.js';
import { ResendTooSoon, TooManyMessages } from './otp.errors.js';
import { countChecks, KNOWN_FOR_DAYS, LIVE_CHALLENGES, NEXT_FREE, TAKE_WITH_PLACE } from './otp.statements.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Between two messages to one contact, whoever asks. */
const GAP: LimitPolicy = { name: 'otp-gap', quota: 1, windowSeconds: 20 };
/** Messages to one contact that nobody answered with the right code. */
const CONTACT: readonly LimitPolicy[] = [
  { name: 'otp-contact-hour', quota: 5, windowSeconds: HOUR },
  { name: 'otp-contact-day', quota: 10, windowSeconds: DAY },
];
/** Challenges of one contact and purpose that other askers may have live at once. */
const PLACES: LimitPolicy = { name: 'otp-live', quota: LIVE_CHALLENGES, windowSeconds: 300 };
/** The share of their own that strangers cannot use up: for askers on a network from which the contact signed in. */
const KNOWN_ASKER: readonly LimitPolicy[] = [
  { name: 'otp-known-hour', quota: 3, windowSeconds: HOUR },
  { name: 'otp-known-day', quota: 6, windowSeconds: DAY },
];

export interface Terms {
  /** The purpose of a challenge that needs a place beside those of other askers; one that is resent has its place. */
  readonly placeFor?: OtpPurpose;
  /** Whether it takes the place of a message that was lost, and so need not keep its distance to that. */
  readonly again?: boolean;
}

interface Place {
  readonly contact: string;
  readonly network: string;
  readonly purpose: OtpPurpose | undefined;
}

/** What one message was charged to: the time between messages, and somebody's share of them. */
export interface Charge {
  readonly gap: Buffer;
  readonly share: Buffer;
}

/** A challenge that was answered with the right code. */
export interface Answered {
  readonly contact: string;
  readonly network: string;
  /** What its messages were charged to. */
  readonly shares: readonly Buffer[];
}

/** The counters of wrong codes, as the statements read them. */
export interface WrongCodeKeys {
  readonly contact: Buffer;
  readonly network: Buffer;
}

const KNOWS = statement<{ known: boolean }>(
  'otp.knows_network',
  `SELECT EXISTS (
     SELECT FROM otp_known_networks
     WHERE contact = $1 AND network = $2 AND last_signed_in_at > clock_now() - interval '${KNOWN_FOR_DAYS} days') AS known`,
);

const REWARD = statement(
  'otp.reward',
  `WITH known AS (
     INSERT INTO otp_known_networks AS known (contact, network, last_signed_in_at)
     SELECT DISTINCT contact, network, clock_now() FROM unnest($2::bytea[], $3::bytea[]) AS answered (contact, network)
     ORDER BY contact, network
     ON CONFLICT (contact, network) DO UPDATE SET last_signed_in_at = excluded.last_signed_in_at),
   counted AS (${countChecks('cardinality($2::bytea[])', '0')})
   SELECT ${refunding('$1')}`,
);

const COUNT_WRONG = statement('otp.count_wrong', `WITH counted AS (${countChecks('1', '1')}) SELECT ${adding('$1')}`);

/** How many messages a contact may be sent, and who is counted for what. Subjects are stored as keyed hashes. */
@Injectable()
export class OtpLimits implements BeforeApplicationShutdown {
  private readonly logger = new Logger(OtpLimits.name);
  private readonly hashKey: Buffer;
  private readonly rewards = new Gatherer<Answered>((answered) => this.rewardAll(answered));

  constructor(
    private readonly limiter: RateLimiter,
    private readonly database: Database,
    secret: SecretConfig,
  ) {
    this.hashKey = deriveKey(secret.appSecret, 'otp-subjects');
  }

  /** The stored form of a contact or a network. */
  subject(value: string): Buffer {
    return keyedHash(this.hashKey, value).subarray(0, 16);
  }

  wrongCodeKeys(contact: string, network: string): WrongCodeKeys {
    return { contact: this.limiter.key('otp-wrong-contact', contact), network: this.wrongFromNetwork(network) };
  }

  wrongFromNetwork(network: string): Buffer {
    return this.limiter.key('otp-wrong-network', network);
  }

  /**
   * Takes one message to the contact out of what is left, first of everybody's share, then of the known asker's.
   * @throws ResendTooSoon, TooManyMessages
   */
  async charge({ value }: Contact, network: string, terms: Terms): Promise<Charge> {
    const gap: Limit = { key: this.limiter.key('otp-gap', value), policy: GAP };
    const take = (key: Buffer, policies: readonly LimitPolicy[]): Promise<Refusal | undefined> => {
      const shares = policies.map((policy) => ({ key, policy }));
      return this.take(terms.again ? shares : [gap, ...shares], { contact: value, network, purpose: terms.placeFor });
    };
    const shared = this.limiter.key('otp-contact', value);
    const refusal = await take(shared, CONTACT);
    if (!refusal) return { gap: gap.key, share: shared };
    const hasOwn = refusal.policy !== GAP && refusal.policy !== PLACES && (await this.isKnown(value, network));
    if (!hasOwn) throw refused(refusal);
    const own = this.limiter.key('otp-known', `${value} ${network}`);
    const second = await take(own, KNOWN_ASKER);
    if (second) throw refused(second);
    return { gap: gap.key, share: own };
  }

  /** Takes back a charge whose message was never written. */
  async cancel({ gap, share }: Charge): Promise<void> {
    await this.limiter.refund([gap, share]);
  }

  /** Gives the shares of answered messages back, and knows the network from now on; nobody's answer depends on when. */
  reward(answered: Answered): void {
    this.rewards.add(answered);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rewards.settled();
  }

  async countWrong(keys: WrongCodeKeys): Promise<void> {
    await this.database.run(COUNT_WRONG, [[keys.contact, keys.network]]);
  }

  /** What is lost here leaves a limit lower than it should be until its window has passed, and a network unknown. */
  private async rewardAll(answered: readonly Answered[]): Promise<void> {
    const contacts = answered.map(({ contact }) => this.subject(contact));
    const networks = answered.map(({ network }) => this.subject(network));
    try {
      await this.database.run(REWARD, [answered.flatMap(({ shares }) => shares), contacts, networks]);
    } catch {
      this.logger.warn(`${answered.length} answered messages were not given back to their limits`);
    }
  }

  private async take(limits: readonly Limit[], place: Place): Promise<Refusal | undefined> {
    const { contact, network, purpose } = place;
    if (!purpose) return this.limiter.take(limits);
    const values = [contact, purpose, this.subject(network), this.subject(contact)];
    const result = await this.limiter.takeBy(TAKE_WITH_PLACE, limits, values);
    if (result === 'taken') return undefined;
    return result === 'not_asked' ? this.noPlace(contact, purpose) : result;
  }

  private async noPlace(contact: string, purpose: OtpPurpose): Promise<Refusal> {
    const next = await this.database.first(NEXT_FREE, [contact, purpose]);
    return { policy: PLACES, retryAfterSeconds: Math.max(1, next?.seconds ?? 1) };
  }

  private async isKnown(contact: string, network: string): Promise<boolean> {
    const row = await this.database.first(KNOWS, [this.subject(contact), this.subject(network)]);
    return row?.known ?? false;
  }
}

function refused({ policy, retryAfterSeconds }: Refusal): ResendTooSoon | TooManyMessages {
  const facts = { policy, retryAfterSeconds };
  return policy === GAP ? new ResendTooSoon(facts) : new TooManyMessages(facts);
}
