import { CourierLane, type Deliver } from '../../src/modules/courier/courier-lane.js';
import type { ClaimedMessage } from '../../src/modules/courier/outbox.js';
import { aMessage, MemoryOutbox } from './memory-outbox.js';

/** A lane of the courier between an outbox in memory and a provider of the test’s; for jest’s fake timers. */
export class LaneStage {
  readonly outbox = new MemoryOutbox();
  /** The ids of what was handed to the provider. */
  readonly delivered: string[] = [];
  /** What the provider does. */
  deliver: Deliver = ({ id }) => Promise.resolve({ providerId: `taken ${id}` });
  readonly lane = new CourierLane('sms', this.outbox.asOutbox(), (message) => {
    this.delivered.push(message.id);
    return this.deliver(message);
  });

  /** Lets everything happen that waits for nobody else. */
  readonly pass = (milliseconds = 0): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);

  /** Puts messages into the outbox and lets the lane see to them. */
  readonly carry = async (...messages: ClaimedMessage[]): Promise<void> => {
    this.outbox.put(...messages);
    this.lane.wake();
    await this.pass(10);
  };
}

export const many = (count: number): ClaimedMessage[] => Array.from({ length: count }, () => aMessage());

export const idsOf = (messages: readonly { readonly id: string }[]): string[] => messages.map(({ id }) => id);
