import { setTimeout as pause } from 'node:timers/promises';

/**
 * Does work for many at once: what comes while a batch is under way goes with the next one. Nobody waits for it, so the work
 * must deal with its own failures.
 */
export class Gatherer<Item> {
  private items: Item[] = [];
  private underWay?: Promise<void>;

  /** @param gatherMs how long a batch is waited for, where its work may come later and fewer batches are worth it */
  constructor(
    private readonly work: (items: readonly Item[]) => Promise<void>,
    private readonly gatherMs = 0,
  ) {}

  add(item: Item): void {
    this.items.push(item);
    this.underWay ??= this.run();
  }

  /** Resolves when everything that was added is done. */
  async settled(): Promise<void> {
    await this.underWay;
  }

  private async run(): Promise<void> {
    while (this.items.length > 0) {
      if (this.gatherMs > 0) await pause(this.gatherMs);
      const items = this.items;
      this.items = [];
      await this.work(items);
    }
    // Here, where nothing can be added in between, and not in a callback of the promise.
    this.underWay = undefined;
  }
}
