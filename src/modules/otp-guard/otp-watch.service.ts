import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { type Contact, regionOf } from '../../common/contact.js';
import { Gatherer } from '../../common/gatherer.js';
import { SmsConfig } from '../../config/config.js';
import { Metrics } from '../../platform/observability/metrics.js';
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
  private readonly codes: Counter<'channel' | 'region' | 'outcome'>;
  private readonly refusals: Counter<'reason'>;

  constructor(
    private readonly metrics: Metrics,
    private readonly numberBlocks: NumberBlocks,
    private readonly budget: SmsBudget,
    private readonly limiter: RateLimiter,
    private readonly sms: SmsConfig,
  ) {
    const registers = [metrics.registry];
    this.codes = new Counter({
      name: 'latchkey_codes_total',
      help: 'Codes that were sent, and that were answered, by the region of the number',
      labelNames: ['channel', 'region', 'outcome'],
      registers,
    });
    this.refusals = new Counter({
      name: 'latchkey_code_refusals_total',
      help: 'Requests for a code that were refused, by what refused them',
      labelNames: ['reason'],
      registers,
    });
  }

  onModuleInit(): void {
    this.gaugeBlocks();
    this.gaugeBudget();
  }

  sent({ channel, value }: Contact): void {
    this.codes.inc({ channel, region: this.regionOf(value), outcome: 'sent' });
    if (channel === 'sms') this.tally.count(blockOf(value), 'sent');
  }

  answered({ channel, value }: Contact): void {
    this.codes.inc({ channel, region: this.regionOf(value), outcome: 'answered' });
    if (channel === 'sms') this.tally.count(blockOf(value), 'answered');
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
    const { tally } = this;
    new Gauge({
      name: 'latchkey_block_codes',
      help: 'Codes of the last hour to the number blocks with the most unanswered ones, by this process',
      labelNames: ['block', 'outcome'],
      registers: [this.metrics.registry],
      collect() {
        this.reset();
        for (const { block, sent, answered } of tally.worst()) {
          this.set({ block, outcome: 'sent' }, sent);
          this.set({ block, outcome: 'answered' }, answered);
        }
      },
    });
  }

  private gaugeBudget(): void {
    const { budget } = this;
    new Gauge({
      name: 'latchkey_sms_budget',
      help: 'SMS of the budget: what the day has, what is spent of it, and what is left in this hour for anybody and for known people',
      labelNames: ['part'],
      registers: [this.metrics.registry],
      async collect() {
        const standing = await budget.standing().catch(() => undefined);
        // No number is better than an old one.
        this.reset();
        for (const [part, value] of Object.entries<number>({ ...standing })) this.set({ part }, value);
      },
    });
  }
}
