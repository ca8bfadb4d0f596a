import { PicturesBusy } from './avatars.errors.js';

export interface GateLimits {
  readonly atOnce: number;
  /** How many may wait; the next one is refused at once. */
  readonly waiting: number;
  /** How long each of them waits before being refused. */
  readonly patienceMs: number;
}

/** Lets a few through at once; others wait in a short line, in order, and not for long. */
export class Gate {
  private inside = 0;
  private readonly line: (() => void)[] = [];

  constructor(private readonly limits: GateLimits) {}

  /** Does the work when its turn comes, and throws {@link PicturesBusy} when it does not. */
  async through<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.inside < this.limits.atOnce) this.inside += 1;
    else await this.turn();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private turn(): Promise<void> {
    if (this.line.length >= this.limits.waiting) return Promise.reject(new PicturesBusy());
    return new Promise((resolve, reject) => {
      const enter = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.line.splice(this.line.indexOf(enter), 1);
        reject(new PicturesBusy());
      }, this.limits.patienceMs);
      this.line.push(enter);
    });
  }

  /** Whoever leaves hands the place to the first in line, so that nobody slips in between. */
  private leave(): void {
    const next = this.line.shift();
    if (next) next();
    else this.inside -= 1;
  }
}
