import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import { Metrics } from '../observability/metrics.js';
import { EveryTenMinutes, soleRun } from '../schedule/periodic.js';
import { type Forgettable, Retention } from './retention.js';
import { Walks } from './walks.js';

/** How many rows a transaction forgets, or passes, at most. */
export const ROWS_AT_ONCE = 1_000;
/** So that of a connection's time it takes a fifth. */
const REST_FOR_WORK = 4;
const SHORTEST_REST_MS = 20;
/** What is not done by then is left to the next time. */
const LONGEST_MS = 540_000;

// What a crash takes back is forgotten again.
const NOT_WAITING = statement('retention.not_waiting', `SELECT set_config('synchronous_commit', 'off', true)`);

interface Step {
  readonly forgotten: number;
  readonly more: boolean;
}

const NOTHING: Step = { forgotten: 0, more: false };

/**
 * Forgets what is old: every ten minutes, in whichever process comes first, in transactions so small that nobody notices. All kinds of
 * rows take turns, so none waits until another has caught up.
 */
@Injectable()
export class Sweeper implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Sweeper.name);
  private readonly closing = new AbortController();
  private readonly forgotten: Counter<'table'>;
  private underWay?: Promise<void>;

  constructor(
    private readonly database: Database,
    private readonly retention: Retention,
    private readonly walks: Walks,
    metrics: Metrics,
  ) {
    this.forgotten = metrics.counter({
      name: 'latchkey_rows_forgotten_total',
      help: 'Rows that were deleted, or emptied of what they held, because they were old',
      labelNames: ['table'],
    });
  }

  /** Forgets all that is old by now, as far as there is time. Failures are logged: what is left is there the next time. */
  @EveryTenMinutes('retention.sweep')
  sweep(): Promise<void> {
    this.underWay ??= this.inTurns().finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  /** Ends with the transaction that is under way. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await this.underWay;
  }

  private async inTurns(): Promise<void> {
    const deadline = performance.now() + LONGEST_MS;
    let left = this.retention.all;
    while (left.length > 0 && performance.now() < deadline) left = await this.once(left);
  }

  /** Answers those of which there is more. */
  private async once(all: readonly Forgettable[]): Promise<Forgettable[]> {
    const unfinished: Forgettable[] = [];
    for (const each of all) {
      if (this.closing.signal.aborted) return [];
      if (await this.some(each)) unfinished.push(each);
    }
    return unfinished;
  }

  /** Answers whether there is more. */
  private async some(forgettable: Forgettable): Promise<boolean> {
    const began = performance.now();
    try {
      const { forgotten, more } = await this.step(forgettable);
      this.forgotten.inc({ table: forgettable.name }, forgotten);
      if (more) await this.rest((performance.now() - began) * REST_FOR_WORK);
      return more;
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown error';
      this.logger.warn(`old rows of ${forgettable.name} were not forgotten: ${reason}`);
      return false;
    }
  }

  /** Nothing, while another process is at it. */
  private async step(forgettable: Forgettable): Promise<Step> {
    let step = NOTHING;
    await soleRun(this.database, `retention.${forgettable.name}`, async () => {
      await this.database.run(NOT_WAITING, []);
      step = await this.forgetSome(forgettable);
    });
    return step;
  }

  private async forgetSome(forgettable: Forgettable): Promise<Step> {
    if ('restSeconds' in forgettable) return this.walks.goOn(forgettable, ROWS_AT_ONCE);
    const values = [ROWS_AT_ONCE, ...forgettable.values];
    const { forgotten } = (await this.database.first(forgettable.statement, values)) ?? NOTHING;
    return { forgotten, more: forgotten === ROWS_AT_ONCE };
  }

  private async rest(ms: number): Promise<void> {
    const { signal } = this.closing;
    await pause(Math.max(SHORTEST_REST_MS, ms), undefined, { signal }).catch(() => undefined);
  }
}
