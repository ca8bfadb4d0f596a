/** How long each step took, in milliseconds. */
export class Times {
  #steps = new Map();

  /** Does `work` and notes how long it took. */
  async of(step, work) {
    const since = performance.now();
    const result = await work();
    this.note(step, performance.now() - since);
    return result;
  }

  note(step, milliseconds) {
    if (!this.#steps.has(step)) this.#steps.set(step, []);
    this.#steps.get(step).push(milliseconds);
  }

  /** `{ step: { p50, p99 } }` */
  quantiles() {
    return Object.fromEntries(
      [...this.#steps].map(([step, all]) => {
        const sorted = Float64Array.from(all).sort();
        return [step, { p50: at(sorted, 0.5), p99: at(sorted, 0.99) }];
      }),
    );
  }
}

const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
