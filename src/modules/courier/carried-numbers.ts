import { Injectable } from '@nestjs/common';
import type { Counter, Histogram } from 'prom-client';
import { EmailConfig, SmsConfig } from '../../config/config.js';
import { Metrics } from '../../platform/observability/metrics.js';
import type { Channel, ClaimedMessage, Outcome } from './outbox.js';

/** What this process has carried. */
@Injectable()
export class CarriedNumbers {
  private readonly messages: Counter<'channel' | 'provider' | 'state'>;
  private readonly failures: Counter<'channel' | 'provider' | 'failure'>;
  private readonly pickup: Histogram<'channel'>;
  private readonly answers: Histogram<'channel' | 'provider'>;

  constructor(
    metrics: Metrics,
    private readonly sms: SmsConfig,
    private readonly email: EmailConfig,
  ) {
    this.messages = metrics.counter({
      name: 'latchkey_messages_total',
      help: 'Attempts to deliver a message, by how they ended: sent, failed, expired and ambiguous are final, queued is tried again',
      labelNames: ['channel', 'provider', 'state'],
    });
    this.failures = metrics.counter({
      name: 'latchkey_message_failures_total',
      help: 'Attempts to deliver a message that did not go well, by why',
      labelNames: ['channel', 'provider', 'failure'],
    });
    this.pickup = metrics.histogram({
      name: 'latchkey_message_pickup_seconds',
      help: 'How long a message lay in the outbox before it was picked up for the first time',
      labelNames: ['channel'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    });
    this.answers = metrics.histogram({
      name: 'latchkey_provider_duration_seconds',
      help: 'How long the provider took to take a message, or to fail',
      labelNames: ['channel', 'provider'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 7.5, 10, 20, 30, 60],
    });
    this.beginAtZero();
  }

  /** @param seconds that the attempt took */
  note({ channel, attempts, waitedSeconds }: ClaimedMessage, { state, failure }: Outcome, seconds: number): void {
    const provider = this.providerOf(channel);
    this.messages.inc({ channel, provider, state });
    if (failure !== undefined) this.failures.inc({ channel, provider, failure });
    if (attempts === 1) this.pickup.observe({ channel }, Math.max(0, waitedSeconds));
    if (state !== 'expired') this.answers.observe({ channel, provider }, seconds);
  }

  /** Messages that ended without an attempt: their courier died, or they were held too long. */
  noteUncarried(channel: Channel, state: 'ambiguous' | 'expired', count: number): void {
    const provider = this.providerOf(channel);
    this.messages.inc({ channel, provider, state }, count);
    if (state === 'ambiguous' && count > 0) this.failures.inc({ channel, provider, failure: 'abandoned' }, count);
  }

  /** So that the first failure is seen as one more than none. */
  private beginAtZero(): void {
    for (const channel of ['sms', 'email'] as const)
      for (const state of ['sent', 'failed', 'expired', 'ambiguous', 'queued'])
        this.messages.inc({ channel, provider: this.providerOf(channel), state }, 0);
  }

  private providerOf(channel: Channel): string {
    return (channel === 'sms' ? this.sms : this.email).provider;
  }
}
