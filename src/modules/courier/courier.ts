import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Notifications } from '../../platform/database/notifications.js';
import { OUTBOX } from '../messages/messages.service.js';
import { TransportBreaker } from '../sending/transport-breaker.service.js';
import { CarriedNumbers } from './carried-numbers.js';
import { Carriers } from './carriers.js';
import { CourierLane } from './courier-lane.js';
import { type Channel, Outbox } from './outbox.js';
import { TransportWatch } from './transport-watch.js';

const POLL_MS = 1_000;
/** After how long without a patrol that went well messages may lie where nobody looks. */
const ASLEEP_MS = 15_000;
/** How much longer than the provider's timeout a claim may last before its courier is taken for dead. */
const GRACE_SECONDS = 20;

interface Route {
  readonly channel: Channel;
  readonly lane: CourierLane;
  readonly transport: TransportWatch;
  /** How long a claim may last. */
  readonly claimSeconds: number;
}

/**
 * Carries messages from the outbox to the providers, each channel in a lane of its own so that a slow one delays no
 * other. Woken by notifications, with a poll behind them.
 */
@Injectable()
export class Courier implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Courier.name);
  private readonly routes: readonly Route[];
  private poll?: NodeJS.Timeout;
  /** By the clock of the process. */
  private patrolledAt = performance.now();

  constructor(
    private readonly outbox: Outbox,
    private readonly notifications: Notifications,
    private readonly breaker: TransportBreaker,
    private readonly carriers: Carriers,
    private readonly numbers: CarriedNumbers,
  ) {
    this.routes = [this.route('sms'), this.route('email')];
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const { channel, lane } of this.routes) await this.notifications.listen(OUTBOX[channel], () => lane.wake());
    this.poll = setInterval(() => void this.patrol(), POLL_MS);
    for (const { lane } of this.routes) lane.wake();
  }

  /** Resolves while it looks after the outbox; rejects when it has not been able to for a while. */
  awake(): Promise<void> {
    const unseenMs = performance.now() - this.patrolledAt;
    if (unseenMs <= ASLEEP_MS) return Promise.resolve();
    return Promise.reject(new Error(`the outbox was looked after ${Math.round(unseenMs / 1_000)} s ago`));
  }

  /** Takes up nothing more, and finishes what it has. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.poll);
    await Promise.all(this.routes.map(({ lane }) => lane.close()));
  }

  private route(channel: Channel): Route {
    const { deliver, timeoutMs } = this.carriers.of(channel);
    const claimSeconds = Math.ceil(timeoutMs / 1_000) + GRACE_SECONDS;
    const transport = new TransportWatch(channel, this.breaker);
    const lane = new CourierLane(channel, this.outbox, deliver, transport, this.numbers);
    return { channel, lane, transport, claimSeconds };
  }

  private async patrol(): Promise<void> {
    for (const { lane } of this.routes) lane.patrol();
    try {
      for (const route of this.routes) await this.tidy(route);
      this.patrolledAt = performance.now();
    } catch {
      // The lanes report an unreachable database; the next patrol comes in a second.
    }
  }

  /** Ends what nobody else would. Where messages are carried, the lane itself finds those that come too late. */
  private async tidy({ channel, transport, claimSeconds }: Route): Promise<void> {
    const lost = await this.outbox.abandon(channel, claimSeconds);
    if (lost > 0) this.logger.warn(`${lost} messages are ambiguous: their courier died while sending`);
    this.numbers.noteUncarried(channel, 'ambiguous', lost);
    const { holding } = await transport.look();
    if (holding) this.numbers.noteUncarried(channel, 'expired', await this.outbox.expire(channel));
  }
}
