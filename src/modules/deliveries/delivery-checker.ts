import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Notifications } from '../../platform/database/notifications.js';
import { SmsFailure } from '../sms/sms.errors.js';
import { type SmsDelivery, SmsProvider } from '../sms/sms.provider.js';
import { CHECKS_DUE, type ClaimedCheck, DeliveryChecks } from './delivery-checks.js';
import { DeliveryRounds } from './delivery-rounds.js';

const PATROL_MS = 1_000;
const IN_FLIGHT = 5;
/** How much longer than the provider's timeout a claim lasts. */
const GRACE_SECONDS = 20;
/** After a failure of the provider a message is checked again: so much later, each time twice as much, and so often. */
const AGAIN_SECONDS = 30;
const MOST_TRIES = 6;

/**
 * Asks the provider what became of messages, in the worker. Woken by notifications, with a poll behind them that also looks for
 * messages of which nobody has told. A provider that knows nothing of delivery is never asked.
 */
@Injectable()
export class DeliveryChecker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Deliveries');
  private readonly claimSeconds: number;
  private readonly inFlight = new Set<Promise<void>>();
  private timer?: NodeJS.Timeout;
  private patrolling?: Promise<void>;
  private claiming?: Promise<void>;
  private due = false;
  /** Since the provider has failed, until the next patrol. */
  private resting = false;
  private closed = false;

  constructor(
    private readonly checks: DeliveryChecks,
    private readonly rounds: DeliveryRounds,
    private readonly notifications: Notifications,
    private readonly sms: SmsProvider,
  ) {
    this.claimSeconds = Math.ceil(sms.timeoutMs / 1_000) + GRACE_SECONDS;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.sms.reportsDelivery) return;
    await this.notifications.listen(CHECKS_DUE, () => this.wake());
    this.timer = setInterval(() => void (this.patrolling ??= this.patrol()), PATROL_MS);
  }

  /** Takes up nothing more, and finishes what it has. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.patrolling;
    await this.claiming;
    await Promise.all(this.inFlight);
  }

  private wake(): void {
    this.due = true;
    if (this.hasRoom()) this.claiming ??= this.claim();
  }

  private hasRoom(): boolean {
    return this.due && !this.closed && !this.resting && this.inFlight.size < IN_FLIGHT;
  }

  private async patrol(): Promise<void> {
    await this.attempt('look for messages of which nobody has told', async () => {
      await this.rounds.pass();
      await this.checks.forgetIdle();
    });
    this.patrolling = undefined;
    this.resting = false;
    this.wake();
  }

  private async claim(): Promise<void> {
    await this.attempt('read what is due', async () => {
      while (this.hasRoom()) await this.claimSome();
    });
    // Here, where no wake can come in between, and not in a callback of the promise.
    this.claiming = undefined;
  }

  private async claimSome(): Promise<void> {
    this.due = false;
    const limit = IN_FLIGHT - this.inFlight.size;
    const claimed = await this.checks.claim(limit, this.claimSeconds);
    this.due ||= claimed.length === limit;
    for (const check of claimed) this.carryOut(check);
  }

  private carryOut(check: ClaimedCheck): void {
    const work = this.attempt('write what became of a message', () => this.settle(check)).then(() => {
      this.inFlight.delete(work);
      if (this.due) this.wake();
    });
    this.inFlight.add(work);
  }

  private async settle(check: ClaimedCheck): Promise<void> {
    if (check.providerId === null) return this.checks.drop(check);
    const delivery = await this.deliveryOf(check.providerId);
    if (delivery === 'delivered' || delivery === 'undelivered') return this.checks.finish(check, delivery);
    const again =
      delivery === undefined && check.tries < MOST_TRIES ? AGAIN_SECONDS * 2 ** (check.tries - 1) : undefined;
    await this.checks.postpone(check, this.claimSeconds, again);
  }

  /** Undefined when the provider does not say. */
  private async deliveryOf(providerId: string): Promise<SmsDelivery | undefined> {
    try {
      return await this.sms.deliveryOf(providerId);
    } catch (error) {
      this.resting = true;
      this.logger.warn(`the provider does not say what it has delivered: ${reasonOf(error)}`);
      return undefined;
    }
  }

  /** Failures are those of the database: what was claimed is due again when the claim has run out. */
  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn(`could not ${what}: ${error instanceof Error ? error.message : 'unknown error'}`);
    }
  }
}

const reasonOf = (error: unknown): string => (error instanceof SmsFailure ? error.kind : 'unforeseen');
