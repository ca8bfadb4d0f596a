import { Injectable } from '@nestjs/common';
import type { Statement } from '../database/statement.js';

/** How long a walk rests at its end before it begins anew. */
export interface Rest {
  readonly restSeconds: number;
}

interface Forgotten {
  /** How many rows were forgotten. */
  readonly forgotten: number;
}

/** Old rows that an index finds. */
export interface Findable {
  /** What is forgotten, as its metric shows it: a table, or a part of one. */
  readonly name: string;
  /** Forgets at most `$1` rows; see {@link forgetting}. */
  readonly statement: Statement<Forgotten>;
  /** The parameters of the statement from the second on. */
  readonly values: readonly unknown[];
}

export interface Walked extends Forgotten {
  /** Whether it goes on from the position at once. */
  readonly more: boolean;
  readonly position: string;
}

/** Old rows that no index finds: all are passed in turn, some at a time. */
export interface Passable extends Rest {
  readonly name: string;
  /** Passes at most `$1` rows from the position `$2` on, an empty one at first; see {@link walking}. */
  readonly statement: Statement<Walked>;
  /** The parameters of the statement from the third on. */
  readonly values: readonly unknown[];
}

/** What of a module is forgotten when it is old. */
export type Forgettable = Findable | Passable;

/** What is not kept for ever. A module says of its own tables which rows are old; {@link Sweeper} has them forgotten. */
@Injectable()
export class Retention {
  private readonly known: Forgettable[] = [];

  register(forgettable: Forgettable): void {
    this.known.push(forgettable);
  }

  /** In the order in which they were registered. */
  get all(): readonly Forgettable[] {
    return this.known;
  }
}
