import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ClientConfig, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { Flusher } from './flusher.js';
import { Lane } from './lane.js';
import type { SharedConnection } from './shared-connection.js';

/** What statements do that may share a connection: all of them answer at once, and some are answered only when they are on the disk. */
export type LaneKind = 'brief' | 'durable';

/** A statement, and how it shares a connection. */
export interface Shared<Row> {
  readonly kind: LaneKind;
  readonly query: QueryConfig;
  /** Of a durable one, whether a row that it answered tells of something written; always when left out. */
  readonly wrote?: (row: Row) => boolean;
}

/** Whatever runs one statement. */
export interface Executor {
  query<Row extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<Row>>;
}

/** How many statements a lane has before the next one takes its share. */
const LONGEST = 32;
/** With fewer connections there are none to share. */
const FEWEST = 4;
/** More are not needed: one process cannot keep them busy. */
const MOST = 4;

/** How many of the connections of a process are lanes; one more waits for the disk, and the others have one statement or transaction at a time. */
export function laneCount(connections: number): number {
  if (connections < FEWEST) return 0;
  return Math.min(MOST, Math.max(1, Math.floor(connections / 5)));
}

/**
 * Connections that statements share. Under load what is asked at the same time is sent and answered together, which spares both sides
 * most of the cost of talking; lanes fill one after the other, so that there is something to put together. None of them waits for the
 * disk: that is done elsewhere, once for all.
 */
@Injectable()
export class Lanes implements OnApplicationShutdown {
  private readonly lanes: readonly Lane[];
  private readonly flushing: Lane;
  private flusher?: Flusher;

  /** @param options how lanes connect, and whatever waits for the disk */
  constructor(options: { readonly lane: ClientConfig; readonly flushing: ClientConfig }, count: number) {
    this.lanes = Array.from({ length: count }, () => new Lane(options.lane));
    this.flushing = new Lane(options.flushing);
  }

  get standing(): { readonly idle: number; readonly busy: number } {
    const open = [...this.lanes, this.flushing].filter((lane) => lane.isOpen);
    const busy = open.filter((lane) => lane.length > 0).length;
    return { idle: open.length - busy, busy };
  }

  /** Runs a statement; `alone` is for those that find no lane that moves, or nobody who can wait for the disk. */
  async run<Row extends QueryResultRow>(shared: Shared<Row>, alone: Executor): Promise<QueryResult<Row>> {
    const { kind, query } = shared;
    const lane = this.next();
    if (!lane) return alone.query<Row>(query);
    return kind === 'brief'
      ? lane.use((connection) => connection.query<Row>(query))
      : this.runDurably(lane, shared, alone);
  }

  /** The lane that the next statement takes; none while all of them wait for something. */
  private next(): Lane | undefined {
    const moving = this.lanes.filter((lane) => !lane.isStalled);
    return moving.find((lane) => lane.length < LONGEST) ?? moving.reduce<Lane | undefined>(shorter, undefined);
  }

  private async runDurably<Row extends QueryResultRow>(
    lane: Lane,
    { query, wrote }: Shared<Row>,
    alone: Executor,
  ): Promise<QueryResult<Row>> {
    // Open before anything is committed: if it is still open afterwards, the server has not crashed in between.
    const flusher = this.flusherOn(await this.flushing.connection());
    const result = await lane.use(async (connection) =>
      flusher.serves(connection) ? connection.query<Row>(query) : undefined,
    );
    if (!result) return alone.query<Row>(query);
    if (!wrote || result.rows.some(wrote)) await this.flushing.use(() => flusher.flush());
    return result;
  }

  private flusherOn(connection: SharedConnection): Flusher {
    if (this.flusher?.connection !== connection) this.flusher = new Flusher(connection);
    return this.flusher;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.close()));
    await this.flushing.close();
  }
}

const shorter = (one: Lane | undefined, other: Lane): Lane => (one && one.length <= other.length ? one : other);
