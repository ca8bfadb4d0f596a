/**
 * Does work for many at once: what comes while a batch is under way goes with the next one. Nobody waits for it, so the work
 * must deal with its own failures.
 */
export class Gatherer<Item> {
  private items: Item[] = [];
  private underWay?: Promise<void>;

  constructor(private readonly work: (items: readonly Item[]) => Promise<void>) {}

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
      const items = this.items;
      this.items = [];
      await this.work(items);
    }
    // Here, where nothing can be added in between, and not in a callback of the promise.
    this.underWay = undefined;
  }
}
