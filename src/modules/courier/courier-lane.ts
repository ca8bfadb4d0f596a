import { Logger } from '@nestjs/common';
import { idBefore, LEAST_ID } from '../../common/crypto.js';
import { attempt, type Deliver } from './attempts/attempt.js';
import type { CarriedNumbers } from './carried-numbers.js';
import type { Channel, ClaimedMessage, Outbox, Outcome } from './outbox.js';
import { logOf } from './attempts/attempt-log.js';
import type { TransportWatch } from './transport-watch.js';

const BATCH = 20;
const IN_FLIGHT = 100;
/** Results gather this long, so that a batch is written by one statement. */
const GATHER_MS = 5;
/** How much later than a greater id a message may appear and still be picked up at once. */
const LATE_MS = 5_000;

/** One channel of the courier: claims batches, delivers them at once, writes what became of them. */
export class CourierLane {
  private readonly logger: Logger;
  private readonly inFlight = new Set<Promise<void>>();
  private results: Outcome[] = [];
  /** Where new messages begin, as far as this lane has seen; patrols look below it. */
  private after = LEAST_ID;
  private writing?: Promise<void>;
  private claiming?: Promise<void>;
  private due = false;
  private closed = false;

  constructor(
    private readonly channel: Channel,
    private readonly outbox: Outbox,
    private readonly deliver: Deliver,
    private readonly transport: TransportWatch,
    private readonly numbers: Pick<CarriedNumbers, 'note'>,
  ) {
    this.logger = new Logger(`Courier ${channel}`);
  }

  /** There is something new to carry. */
  wake(): void {
    this.due = true;
    if (!this.claiming && this.hasRoom()) this.claiming = this.claim();
  }

  /** There may be something to carry, new or left over, or results to write. */
  patrol(): void {
    this.after = LEAST_ID;
    if (this.results.length > 0) this.write();
    this.wake();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.claiming;
    await Promise.all(this.inFlight);
    await this.writing;
    if (this.results.length > 0) await this.settle();
  }

  private async claim(): Promise<void> {
    try {
      while (this.hasRoom()) await this.claimBatch();
    } catch (error) {
      this.logger.warn(`the outbox cannot be read: ${error instanceof Error ? error.message : 'unknown error'}`);
    }
    // Here, where no wake can come in between, and not in a callback of the promise.
    this.claiming = undefined;
  }

  private hasRoom(): boolean {
    return this.due && !this.closed && this.inFlight.size < IN_FLIGHT;
  }

  private async claimBatch(): Promise<void> {
    this.due = false;
    const limit = Math.min(BATCH, IN_FLIGHT - this.inFlight.size);
    const batch = await this.outbox.claim(this.channel, limit, this.after);
    this.after = shortlyBefore(batch) ?? this.after;
    this.due ||= batch.length === limit;
    for (const message of batch) this.carry(message);
  }

  private carry(message: ClaimedMessage): void {
    const begunAt = performance.now();
    const work = attempt(message, this.deliver).then((result) => {
      this.inFlight.delete(work);
      this.results.push(result.outcome);
      this.numbers.note(message, result.outcome, (performance.now() - begunAt) / 1_000);
      this.logger.log(logOf(message, result.outcome));
      this.transport.note(result);
      this.write();
      // A failure may close the way: first the breaker hears of it, then more is claimed.
      if (this.due && !this.transport.hasNews) this.wake();
    });
    this.inFlight.add(work);
  }

  private write(): void {
    this.writing ??= this.gatherAndSettle();
  }

  private async gatherAndSettle(): Promise<void> {
    await new Promise<void>((resolve) => setTimeout(resolve, GATHER_MS));
    const written = await this.settle();
    this.writing = undefined;
    if (this.due) this.wake();
    // What came in the last instant found a writer that had finished.
    if (written && this.results.length > 0) this.write();
  }

  /** Writes all results, once the breaker knows of them; answers whether it could. */
  private async settle(): Promise<boolean> {
    while (this.results.length > 0) {
      const results = this.results;
      this.results = [];
      await this.transport.tell();
      try {
        await this.outbox.settle(this.channel, results);
      } catch (error) {
        // Kept for the next patrol: a message whose result is never written ends as ambiguous.
        this.results.unshift(...results);
        this.logger.warn(`results cannot be written: ${error instanceof Error ? error.message : 'unknown error'}`);
        return false;
      }
    }
    return true;
  }
}

function shortlyBefore(batch: readonly ClaimedMessage[]): string | undefined {
  const [newest] = batch
    .map(({ id }) => id)
    .sort()
    .reverse();
  return newest && idBefore(newest, LATE_MS);
}
