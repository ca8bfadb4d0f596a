import type { Deliver } from '../../src/modules/courier/attempts/attempt.js';
import { CourierLane } from '../../src/modules/courier/courier-lane.js';
import type { ClaimedMessage, Outcome } from '../../src/modules/courier/outbox.js';
import { TransportWatch } from '../../src/modules/courier/transport-watch.js';
import { MemoryBreaker } from './memory-breaker.js';
import { aMessage, MemoryOutbox } from './memory-outbox.js';

/** A lane of the courier between an outbox in memory and a provider of the test’s; for jest’s fake timers. */
export class LaneStage {
  readonly outbox = new MemoryOutbox();
  readonly breaker = new MemoryBreaker();
  readonly transport = new TransportWatch('sms', this.breaker.asBreaker());
  /** The ids of what was handed to the provider. */
  readonly delivered: string[] = [];
  /** What the provider does. */
  deliver: Deliver = ({ id }) => Promise.resolve({ providerId: `taken ${id}` });
  /** What it told of each attempt. */
  readonly noted: [ClaimedMessage, Outcome, number][] = [];
  readonly lane = new CourierLane('sms', this.outbox.asOutbox(), (message) => this.handOver(message), this.transport, {
    note: (...attempt) => void this.noted.push(attempt),
  });

  /** Lets everything happen that waits for nobody else. */
  readonly pass = (milliseconds = 0): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);

  /** Puts messages into the outbox and lets the lane see to them. */
  readonly carry = async (...messages: ClaimedMessage[]): Promise<void> => {
    this.outbox.put(...messages);
    this.lane.wake();
    await this.pass(10);
  };

  private handOver(message: ClaimedMessage): ReturnType<Deliver> {
    this.delivered.push(message.id);
    return this.deliver(message);
  }
}

export const many = (count: number): ClaimedMessage[] => Array.from({ length: count }, () => aMessage());

export const idsOf = (messages: readonly { readonly id: string }[]): string[] => messages.map(({ id }) => id);
