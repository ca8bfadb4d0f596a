import { Injectable } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import { deriveKey, keyedHash } from '../../common/crypto.js';
import type { LimitPolicy } from '../../common/domain-error.js';
import { SecretConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { type Limit, RateLimiter, type Refusal } from '../../platform/rate-limit/rate-limiter.js';
import { ResendTooSoon, TooManyMessages } from './otp.errors.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Between two messages to one contact, whoever asks. */
const GAP: LimitPolicy = { name: 'otp-gap', quota: 1, windowSeconds: 20 };
/** Messages to one contact that nobody answered with the right code. */
const CONTACT: readonly LimitPolicy[] = [
  { name: 'otp-contact-hour', quota: 5, windowSeconds: HOUR },
  { name: 'otp-contact-day', quota: 10, windowSeconds: DAY },
];
/** The share of their own that strangers cannot use up: for askers on a network from which the contact signed in. */
const KNOWN_ASKER: readonly LimitPolicy[] = [
  { name: 'otp-known-hour', quota: 3, windowSeconds: HOUR },
  { name: 'otp-known-day', quota: 6, windowSeconds: DAY },
];
const KNOWN_FOR_DAYS = 90;

/** The counters of wrong codes, as SQL reads them with `rate_limit_count`. */
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

/** How many messages a contact may be sent, and who is counted for what. Subjects are stored as keyed hashes. */
@Injectable()
export class OtpLimits {
  private readonly hashKey: Buffer;

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
   * @returns what was charged, to be given back when the message is answered or never written
   * @throws ResendTooSoon, TooManyMessages
   */
  async charge({ value }: Contact, network: string): Promise<Buffer[]> {
    const gap: Limit = { key: this.limiter.key('otp-gap', value), policy: GAP };
    const shared = this.limiter.key('otp-contact', value);
    const refusal = await this.limiter.take([gap, ...CONTACT.map((policy) => ({ key: shared, policy }))]);
    if (!refusal) return [shared];
    if (refusal.policy === GAP || !(await this.isKnown(value, network))) throw refused(refusal);
    const own = this.limiter.key('otp-known', `${value} ${network}`);
    const second = await this.limiter.take([gap, ...KNOWN_ASKER.map((policy) => ({ key: own, policy }))]);
    if (second) throw refused(second);
    return [own];
  }

  async refund(charges: readonly Buffer[]): Promise<void> {
    await this.limiter.refund(charges);
  }

  async countWrong(keys: WrongCodeKeys): Promise<void> {
    await this.limiter.add([keys.contact, keys.network]);
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
