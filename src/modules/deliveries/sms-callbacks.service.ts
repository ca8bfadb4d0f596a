import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Gatherer } from '../../common/gatherer.js';
import { Notifications } from '../../platform/database/notifications.js';
import { DeliveryTokens } from '../sms/delivery-tokens.service.js';
import { SmsProvider } from '../sms/sms.provider.js';
import { CHECKS_DUE, DeliveryChecks } from './delivery-checks.js';

/** How many hints may wait for the database; more are passed over. */
const MOST_WAITING = 5_000;

/** Hints that something has happened to a message. What happened, the provider is asked; a hint that is lost leaves it to the poll. */
@Injectable()
export class SmsCallbacks implements BeforeApplicationShutdown {
  private readonly logger = new Logger(SmsCallbacks.name);
  private readonly soon = new Gatherer<string>((messageIds) => this.request(messageIds));
  private waiting = 0;

  constructor(
    private readonly tokens: DeliveryTokens,
    private readonly checks: DeliveryChecks,
    private readonly notifications: Notifications,
    private readonly sms: SmsProvider,
  ) {}

  /** Has the message that the token names checked soon; does nothing about any other token. Nobody waits for it. */
  hint(token: string): void {
    const messageId = this.tokens.messageOf(token);
    if (messageId === undefined || !this.sms.reportsDelivery || this.waiting >= MOST_WAITING) return;
    this.waiting += 1;
    this.soon.add(messageId);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.soon.settled();
  }

  private async request(messageIds: readonly string[]): Promise<void> {
    try {
      const requested = await this.checks.request(messageIds);
      if (requested > 0) this.notifications.notify(CHECKS_DUE);
    } catch {
      this.logger.warn(`${messageIds.length} callbacks were passed over`);
    } finally {
      this.waiting -= messageIds.length;
    }
  }
}
