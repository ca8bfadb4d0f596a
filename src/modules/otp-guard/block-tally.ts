const SPAN_MS = 600_000;
/** An hour, in spans. */
const SPANS = 6;
const MOST_BLOCKS = 10_000;
const SHOWN = 10;

interface Tally {
  sent: number;
  answered: number;
}

export interface BlockCodes extends Readonly<Tally> {
  /** Digits without the last four, which are stars. */
  readonly block: string;
}

/** How many codes of the last hour went to each number block and were answered. Bounded: what is beyond the bound is not told apart. */
export class BlockTally {
  private spans: { readonly began: number; readonly tallies: Map<string, Tally> }[] = [];

  /** @param now milliseconds; for tests */
  constructor(private readonly now: () => number = Date.now) {}

  count(block: string, outcome: keyof Tally): void {
    const { tallies } = this.span();
    const tally = tallies.get(block);
    if (tally) tally[outcome] += 1;
    else if (tallies.size < MOST_BLOCKS) tallies.set(block, { sent: 0, answered: 0, [outcome]: 1 });
  }

  /** The blocks with the most unanswered codes, the worst first. */
  worst(): BlockCodes[] {
    const sums = new Map<string, Tally>();
    for (const { tallies } of this.recent()) {
      for (const [block, { sent, answered }] of tallies) {
        const sum = sums.get(block) ?? { sent: 0, answered: 0 };
        sums.set(block, { sent: sum.sent + sent, answered: sum.answered + answered });
      }
    }
    return [...sums]
      .map(([block, tally]) => ({ block: `${block}****`, ...tally }))
      .sort((one, other) => other.sent - other.answered - (one.sent - one.answered))
      .slice(0, SHOWN);
  }

  private span(): { readonly tallies: Map<string, Tally> } {
    const newest = this.spans.at(-1);
    if (newest && this.now() - newest.began < SPAN_MS) return newest;
    const span = { began: this.now(), tallies: new Map<string, Tally>() };
    this.spans = [...this.recent(), span];
    return span;
  }

  private recent(): typeof this.spans {
    return this.spans.filter(({ began }) => this.now() - began < SPANS * SPAN_MS);
  }
}
