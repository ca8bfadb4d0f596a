import { Injectable } from '@nestjs/common';
import type { Counter, Histogram } from 'prom-client';
import { Metrics } from '../metrics.js';

/** A queue in front of dear work, as far as its numbers go. */
interface WatchedQueue {
  /** How many are at work, and how many wait. */
  readonly standing: { readonly running: number; readonly waiting: number };
  /** Hears of each that came to its turn, and of each that could not be in time. */
  observer?: { entered(waitedSeconds: number): void; refused(): void };
}

/** How the queues of this process are. */
@Injectable()
export class QueueNumbers {
  private readonly queues = new Map<string, WatchedQueue>();
  private readonly waits: Histogram<'queue'>;
  private readonly refusals: Counter<'queue'>;

  constructor(metrics: Metrics) {
    metrics.gauge(
      { name: 'latchkey_queue_running', help: 'Pieces of dear work that are done now', labelNames: ['queue'] },
      () => this.each(({ standing }) => standing.running),
    );
    metrics.gauge(
      { name: 'latchkey_queue_waiting', help: 'Pieces of dear work that wait for their turn', labelNames: ['queue'] },
      () => this.each(({ standing }) => standing.waiting),
    );
    this.waits = metrics.histogram({
      name: 'latchkey_queue_wait_seconds',
      help: 'How long dear work waited for its turn',
      labelNames: ['queue'],
      buckets: [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2],
    });
    this.refusals = metrics.counter({
      name: 'latchkey_queue_refusals_total',
      help: 'Dear work that was refused, answered 503, because it would have waited for more than 2 s',
      labelNames: ['queue'],
    });
  }

  /** @param name of what it does; one word */
  watch(name: string, queue: WatchedQueue): void {
    this.queues.set(name, queue);
    this.refusals.inc({ queue: name }, 0);
    queue.observer = {
      entered: (waitedSeconds) => this.waits.observe({ queue: name }, waitedSeconds),
      refused: () => this.refusals.inc({ queue: name }),
    };
  }

  private each(number: (queue: WatchedQueue) => number): [Record<string, string>, number][] {
    return [...this.queues].map(([name, queue]) => [{ queue: name }, number(queue)]);
  }
}
