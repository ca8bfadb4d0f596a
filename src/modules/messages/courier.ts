import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SmsConfig } from '../../config/config.js';
import { Notifications } from '../../platform/database/notifications.js';
import { SmsProvider } from '../sms/sms.provider.js';
import { CourierLane, type Deliver } from './courier-lane.js';
import { MessageRenderer } from './message-renderer.service.js';
import { OUTBOX } from './messages.service.js';
import { Outbox } from './outbox.js';

const POLL_MS = 1_000;
/** How much longer than the provider's timeout a claim may last before its courier is taken for dead. */
const GRACE_SECONDS = 20;

/**
 * Carries messages from the outbox to the providers, each channel in a lane of its own so that a slow one delays no
 * other. Woken by notifications, with a poll behind them.
 */
@Injectable()
export class Courier implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Courier.name);
  private readonly lanes: CourierLane[];
  private readonly claimSeconds: number;
  private poll?: NodeJS.Timeout;

  constructor(
    private readonly outbox: Outbox,
    private readonly notifications: Notifications,
    renderer: MessageRenderer,
    sms: SmsProvider,
    config: SmsConfig,
  ) {
    const sendSms: Deliver = (message) =>
      sms.send({ id: message.id, to: message.recipient, text: renderer.render(message).text });
    this.lanes = [new CourierLane('sms', outbox, sendSms)];
    this.claimSeconds = Math.ceil(config.timeoutMs / 1_000) + GRACE_SECONDS;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.notifications.listen(OUTBOX, () => this.wake());
    this.poll = setInterval(() => void this.patrol(), POLL_MS);
    this.wake();
  }

  /** Takes up nothing more, and finishes what it has. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.poll);
    await Promise.all(this.lanes.map((lane) => lane.close()));
  }

  private wake(): void {
    for (const lane of this.lanes) lane.wake();
  }

  private async patrol(): Promise<void> {
    for (const lane of this.lanes) lane.patrol();
    try {
      const lost = await this.outbox.abandon(this.claimSeconds);
      if (lost > 0) this.logger.warn(`${lost} messages are ambiguous: their courier died while sending`);
    } catch {
      // The lanes report an unreachable database; the next patrol comes in a second.
    }
  }
}
