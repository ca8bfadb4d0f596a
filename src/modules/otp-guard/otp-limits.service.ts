import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import { keyedHash } from '../../common/crypto.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { Gatherer } from '../../common/gatherer.js';
import { Database } from '../../platform/database/database.js';
import { RateLimiter } from '../../platform/rate-limit/rate-limiter.js';
import { COUNT_WRONG, FORGET_NETWORKS, REWARD } from './otp-guard.statements.js';
import { OtpWatch } from './otp-watch.service.js';

/** A challenge that was answered with the right code. */
export interface Answered {
  readonly contact: Contact;
  readonly network: string;
  /** Whether its code was a fixed one, which nobody was sent. */
  readonly unsent?: boolean;
  /** What its messages were charged to. */
  readonly shares: readonly Buffer[];
}

/** The counters of wrong codes, as the statements read them. */
export interface WrongCodeKeys {
  readonly contact: Buffer;
  readonly network: Buffer;
}

/** Who is counted for what: wrong codes, and right ones, which give back what their messages were charged to. Subjects are stored as keyed hashes. */
@Injectable()
export class OtpLimits implements BeforeApplicationShutdown {
  private readonly logger = new Logger(OtpLimits.name);
  private readonly hashKey: Buffer;
  private readonly rewards = new Gatherer<Answered>((answered) => this.rewardAll(answered));

  constructor(
    private readonly limiter: RateLimiter,
    private readonly database: Database,
    private readonly watch: OtpWatch,
    root: RootKey,
  ) {
    this.hashKey = root.derive('otp-subjects');
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

  /** Forgets from which networks a contact signed in. */
  async forgetNetworks(contact: string): Promise<void> {
    await this.database.run(FORGET_NETWORKS, [this.subject(contact)]);
  }

  async countWrong(keys: WrongCodeKeys): Promise<void> {
    await this.database.run(COUNT_WRONG, [[keys.contact, keys.network]]);
  }

  /** Gives the shares of answered messages back, and knows the network from now on; nobody's answer depends on when. */
  reward(answered: Answered): void {
    this.rewards.add(answered);
    if (!answered.unsent) this.watch.answered(answered.contact);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.rewards.settled(), this.watch.settled()]);
  }

  /** What is lost here leaves a limit lower than it should be until its window has passed, and a network unknown. */
  private async rewardAll(answered: readonly Answered[]): Promise<void> {
    const contacts = answered.map(({ contact }) => this.subject(contact.value));
    const networks = answered.map(({ network }) => this.subject(network));
    try {
      await this.database.run(REWARD, [answered.flatMap(({ shares }) => shares), contacts, networks]);
    } catch {
      this.logger.warn(`${answered.length} answered messages were not given back to their limits`);
    }
  }
}
