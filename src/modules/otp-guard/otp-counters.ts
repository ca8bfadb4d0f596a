import type { Contact } from '../../common/contact.js';
import type { LimitPolicy } from '../../common/domain-error.js';
import type { LimitsConfig } from '../../config/limits.config.js';
import type { Limit, RateLimiter } from '../../platform/rate-limit/rate-limiter.js';
import { blockOf } from '../number-blocks/number-blocks.service.js';

/** Whose message it is to be, and who asks for it. */
export interface Counted {
  readonly contact: Contact;
  readonly network: string;
  /** Whether it takes the place of a message that was lost, and so need not keep its distance to that. */
  readonly again?: boolean;
  /** Whether no provider gets it, so that it costs nothing. */
  readonly unsent?: boolean;
}

/**
 * What one decision counts. The counters of the block come last; they do not count for askers on a network of the contact's own. For
 * known contacts elsewhere they do, or a full block would tell anybody which of its numbers are known.
 */
export interface Counters {
  readonly limits: readonly Limit[];
  readonly block?: { readonly key: Buffer; readonly trickle: Buffer };
}

const GAP = 'otp-gap';

/** The stored form of a number block. */
export const blockKeyOf = (limiter: RateLimiter, block: string): Buffer => limiter.key('otp-block', block);

/** Which counters a message is charged to: everybody's, or the share of a known asker. */
export class OtpCounters {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly limits: LimitsConfig,
  ) {}

  everybodys(counted: Counted): Counters {
    const { contact, network } = counted;
    const own = [...this.gap(counted), ...this.of('otp-contact', contact.value, this.limits.codesPerContact)];
    if (counted.unsent) return { limits: own };
    const shared = [...own, ...this.of('otp-network', network, [this.limits.codesPerNetwork])];
    if (contact.channel === 'email') return { limits: shared };
    const block = blockOf(contact.value);
    const trickle = this.limiter.key('otp-paused-block', block);
    return { limits: shared, block: { key: blockKeyOf(this.limiter, block), trickle } };
  }

  knownAskers(counted: Counted): Counters {
    const { contact, network } = counted;
    const own = this.of('otp-known', `${contact.value} ${network}`, this.limits.codesPerKnownNetwork);
    return { limits: [...this.gap(counted), ...own] };
  }

  private gap({ contact, again }: Counted): Limit[] {
    return again ? [] : this.of(GAP, contact.value, [this.limits.codeGap]);
  }

  private of(counter: string, subject: string, policies: readonly LimitPolicy[]): Limit[] {
    const key = this.limiter.key(counter, subject);
    return policies.map((policy) => ({ key, policy }));
  }
}
