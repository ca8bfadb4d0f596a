import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { type Contact, regionOf } from '../../common/contact.js';
import { Gatherer } from '../../common/gatherer.js';
import { EmailConfig, SmsConfig } from '../../config/config.js';
import { Metrics, type Sample } from '../../platform/observability/metrics.js';
import { SharedReading } from '../../platform/observability/scrapes/shared-reading.js';
import { RateLimiter } from '../../platform/rate-limit/rate-limiter.js';
import { blockOf, NumberBlocks, type PausedBlock } from '../number-blocks/number-blocks.service.js';
import { SmsBudget } from '../sms-budget/sms-budget.service.js';
import { type BlockCodes, BlockTally } from './block-tally.js';
import { blockKeyOf } from './otp-counters.js';

interface CrowdedBlock {
  readonly phone: string;
  readonly key: Buffer;
}

/** Of how many blocks that are paused operators are told. */
const MOST_PAUSED = 50;

export interface WatchedBlock extends BlockCodes {
  /** Null while it is not paused. */
  readonly pausedUntil: Date | null;
}

export interface BlockStandings {
  /** Those with the most unanswered codes of the last hour that this process sent, the worst first. */
  readonly worst: readonly WatchedBlock[];
  /** What else is paused, by any process; which numbers those are is kept nowhere. */
  readonly otherPaused: readonly Omit<PausedBlock, 'key'>[];
}

/** Watches how codes fare: numbers for operators, and blocks for their breaker. Nobody waits for it, and its failures harm nobody. */
@Injectable()
export class OtpWatch implements OnModuleInit {
  private readonly crowds = new Gatherer<CrowdedBlock>((crowds) => this.considerAll(crowds));
  private readonly tally = new BlockTally();
  private readonly codes: Counter<'channel' | 'provider' | 'region' | 'outcome'>;
  private readonly refusals: Counter<'reason'>;

  constructor(
    private readonly metrics: Metrics,
    private readonly numberBlocks: NumberBlocks,
    private readonly budget: SmsBudget,
    private readonly limiter: RateLimiter,
    private readonly sms: SmsConfig,
    private readonly email: EmailConfig,
  ) {
    this.codes = metrics.counter({
      name: 'latchkey_codes_total',
      help: 'Codes that were sent (asked for and let through), and that were answered (typed right); the region is that of the number',
      labelNames: ['channel', 'provider', 'region', 'outcome'],
    });
    this.refusals = metrics.counter({
      name: 'latchkey_code_refusals_total',
      help: 'Requests for a code that were refused, by what refused them',
      labelNames: ['reason'],
    });
  }

  onModuleInit(): void {
    this.gaugeBlocks();
    this.gaugeBudget();
  }

  sent(contact: Contact): void {
    this.count(contact, 'sent');
  }

  answered(contact: Contact): void {
    this.count(contact, 'answered');
  }

  /** @param reason the name of a policy, `budget`, or `sending` where it is switched off or the provider fails */
  refused(reason: string): void {
    this.refusals.inc({ reason });
  }

  /** The breaker looks at the block of a phone soon. @param key the stored form of the block */
  crowded(phone: string, key: Buffer): void {
    this.crowds.add({ phone, key });
  }

  /** How number blocks fare, for operators. */
  async standings(): Promise<BlockStandings> {
    const paused = await this.numberBlocks.paused(MOST_PAUSED);
    const pauses = new Map(paused.map(({ key, ...pause }) => [key.toString('hex'), pause]));
    const worst = this.tally.worst().map((codes) => {
      const key = blockKeyOf(this.limiter, blockOf(codes.block)).toString('hex');
      const pausedUntil = pauses.get(key)?.until ?? null;
      pauses.delete(key);
      return { ...codes, pausedUntil };
    });
    return { worst, otherPaused: [...pauses.values()] };
  }

  private count({ channel, value }: Contact, outcome: 'sent' | 'answered'): void {
    const { provider } = channel === 'sms' ? this.sms : this.email;
    this.codes.inc({ channel, provider, region: this.regionOf(value), outcome });
    if (channel === 'sms') this.tally.count(blockOf(value), outcome);
  }

  /** Resolves once every block has been looked at. */
  async settled(): Promise<void> {
    await this.crowds.settled();
  }

  /** Reading a number costs more than all the rest here, and mostly there is one region that it can be of. */
  private regionOf(contact: string): string {
    const [only, ...others] = this.sms.regions;
    return only && others.length === 0 && contact.startsWith('+') ? only : regionOf(contact);
  }

  private async considerAll(crowds: readonly CrowdedBlock[]): Promise<void> {
    const distinct = new Map(crowds.map((crowd) => [crowd.key.toString('hex'), crowd]));
    for (const { phone, key } of distinct.values()) {
      // The next code to it has the breaker look again.
      await this.numberBlocks.consider(phone, key).catch(() => undefined);
    }
  }

  private gaugeBlocks(): void {
    this.metrics.gauge(
      {
        name: 'latchkey_block_codes',
        help: 'Codes of the last hour to the ten number blocks with the most unanswered ones',
        labelNames: ['block', 'outcome'],
      },
      () =>
        this.tally.worst().flatMap(({ block, sent, answered }): Sample[] => [
          [{ block, outcome: 'sent' }, sent],
          [{ block, outcome: 'answered' }, answered],
        ]),
    );
    const paused = new SharedReading(() => this.numberBlocks.paused(MOST_PAUSED));
    this.metrics.gauge(
      {
        name: 'latchkey_paused_blocks',
        help: `All processes: number blocks that are paused; ${MOST_PAUSED} are that many or more`,
      },
      async () => {
        const blocks = await paused.value();
        return blocks && [[{}, blocks.length]];
      },
    );
  }

  private gaugeBudget(): void {
    const standing = new SharedReading(() => this.budget.standing());
    this.metrics.gauge(
      {
        name: 'latchkey_sms_budget',
        help: 'All processes: SMS that the day has (daily), spentToday and spentThisHour of it, and what is left in this hour for anybody (left) and for known people (reserveLeft)',
        labelNames: ['part'],
      },
      async () => Object.entries<number>({ ...(await standing.value()) }).map(([part, value]) => [{ part }, value]),
    );
  }
}
