import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics, type Sample } from '../../platform/observability/metrics.js';
import { SharedReading } from '../../platform/observability/scrapes/shared-reading.js';
import { SendingService, type SendingState } from './sending.service.js';

const CHANNELS = ['sms', 'email'] as const;

/** Whether messages go out. */
@Injectable()
export class SendingNumbers implements OnModuleInit {
  constructor(
    private readonly sending: SendingService,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const states = new SharedReading(() => Promise.all(CHANNELS.map((channel) => this.sending.stateOf(channel))));
    const each = async (number: (state: SendingState) => boolean): Promise<Sample[] | undefined> =>
      (await states.value())?.map((state) => [{ channel: state.channel }, Number(number(state))]);
    this.metrics.gauge(
      {
        name: 'latchkey_sending_enabled',
        help: 'All processes: 1 while the switch for sending is on, 0 while it is off',
        labelNames: ['channel'],
      },
      () => each(({ enabled }) => enabled),
    );
    this.metrics.gauge(
      {
        name: 'latchkey_sending_breaker_open',
        help: 'All processes: 1 from when the breaker of the provider opens until a message is taken again, else 0',
        labelNames: ['channel'],
      },
      () => each(({ breaker }) => breaker.state !== 'closed'),
    );
  }
}
