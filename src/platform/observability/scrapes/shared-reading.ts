/** How long a value is told again without looking. */
const FRESH_MS = 5_000;
/** How long a scrape waits for a look: it has other numbers to bring. */
const PATIENCE_MS = 1_000;

/**
 * Something dear that scrapes look up, such as what the database knows: however often they come, one look at a time and at most one in
 * five seconds. Who looks in vain, or for too long, gets nothing, and nobody gets what is old.
 */
export class SharedReading<Value> {
  private underway?: Promise<Value | undefined>;
  private last?: { readonly value: Value | undefined; readonly at: number };

  constructor(private readonly look: () => Promise<Value>) {}

  /** The value; undefined where there is none now. Never fails. */
  async value(): Promise<Value | undefined> {
    if (this.last && performance.now() - this.last.at < FRESH_MS) return this.last.value;
    this.underway ??= this.lookOnce();
    return withinPatience(this.underway);
  }

  private async lookOnce(): Promise<Value | undefined> {
    const value = await this.look().catch(() => undefined);
    this.last = { value, at: performance.now() };
    this.underway = undefined;
    return value;
  }
}

async function withinPatience<Value>(looking: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  const value = await Promise.race([looking, tooLong]);
  clearTimeout(timer);
  return value;
}
