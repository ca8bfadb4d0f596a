export interface QueueLimits {
  /** How many run at once. */
  readonly parallelism: number;
  readonly longestWaitMs: number;
  /** What one piece of work takes, until it has been seen. */
  readonly typicalMs: number;
}

/** Hears of whoever came to their turn, and of whoever was sent away. */
export interface QueueObserver {
  entered(waitedSeconds: number): void;
  refused(): void;
}

/** How much the newest duration counts in the average. */
const WEIGHT = 1 / 8;

/** A short queue in front of dear work: first come, first served, and whoever could not be in time is told at once. */
export class BoundedQueue {
  /** In the order of coming; each is called when its turn has come. */
  private readonly waiting = new Set<() => void>();
  private running = 0;
  private typicalMs: number;
  observer?: QueueObserver;

  /** @param busy what is thrown to whoever would wait too long */
  constructor(
    private readonly limits: QueueLimits,
    private readonly busy: () => Error,
  ) {
    this.typicalMs = limits.typicalMs;
  }

  /** How many are at work, and how many wait. */
  get standing(): { readonly running: number; readonly waiting: number } {
    return { running: this.running, waiting: this.waiting.size };
  }

  /** The result of `work`, which is not started when it would have to wait too long. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const cameAt = performance.now();
    await this.turn();
    const startedAt = performance.now();
    this.observer?.entered((startedAt - cameAt) / 1_000);
    try {
      return await work();
    } finally {
      this.typicalMs += (performance.now() - startedAt - this.typicalMs) * WEIGHT;
      this.handOver();
    }
  }

  private async turn(): Promise<void> {
    const { parallelism, longestWaitMs } = this.limits;
    if (this.running < parallelism) {
      this.running += 1;
      return;
    }
    const expectedWaitMs = ((this.waiting.size + 1) * this.typicalMs) / parallelism;
    if (expectedWaitMs > longestWaitMs) throw this.refusal();
    await this.waitFor(longestWaitMs);
  }

  private waitFor(longestWaitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        clearTimeout(giveUp);
        resolve();
      };
      const giveUp = setTimeout(() => {
        this.waiting.delete(enter);
        reject(this.refusal());
      }, longestWaitMs);
      this.waiting.add(enter);
    });
  }

  private refusal(): Error {
    this.observer?.refused();
    return this.busy();
  }

  /** The place of one that is done belongs to the next, so nobody who comes in between can take it. */
  private handOver(): void {
    const [next] = this.waiting;
    if (!next) {
      this.running -= 1;
      return;
    }
    this.waiting.delete(next);
    next();
  }
}
