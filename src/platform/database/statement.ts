import type { LaneKind } from './lanes/lanes.js';

/**
 * A named prepared statement: parsed and planned once per connection. `Row` is the shape of a row it answers.
 * Declare one as a constant beside the service that owns the table.
 */
export interface Statement<Row> {
  readonly name: string;
  readonly text: string;
  /** Outside transactions it shares a connection; one that has none has a connection to itself. */
  readonly lane?: LaneKind;
  /** Of a durable one, whether a row that it answered tells of something written; always when left out. */
  wrote?(this: void, row: Row): boolean;
  /** Never set; carries the type of a row. */
  readonly row?: Row;
}

/** @param name unique in the process and at most 63 characters, e.g. `otp.open`. */
export const statement = <Row = never>(name: string, text: string): Statement<Row> => ({ name, text });

/** A statement that answers at once: some rows by index, and nobody minds if a crash forgets it. It may share a connection. */
export const brief = <Row>(one: Statement<Row>): Statement<Row> => ({ ...one, lane: 'brief' });

/**
 * The same of one that is answered only when it is on the disk.
 * @param wrote whether a row that it answered tells of something written, where it may write nothing: then nobody waits
 */
export const durable = <Row>(one: Statement<Row>, wrote?: (row: Row) => boolean): Statement<Row> => ({
  ...one,
  lane: 'durable',
  wrote,
});

/**
 * A part of a larger statement that the owner of a table offers to others: common table expressions with parameters of
 * their own, `$1` onwards. Its comment says which expressions it reads and which it offers.
 */
export interface Fragment {
  readonly ctes: string;
  readonly parameters: number;
}

/**
 * One statement out of the fragments of several modules, so that a story costs one round trip and one commit while every
 * module keeps its own SQL. Its values are the values of the fragments, one after the other.
 */
export function compose<Row>(name: string, fragments: readonly Fragment[], select: string): Statement<Row> {
  let taken = 0;
  const ctes = fragments.map(({ ctes: text, parameters }) => {
    const first = taken;
    taken += parameters;
    return text.replace(/\$(\d+)/g, (_, number: string) => `$${first + Number(number)}`);
  });
  return { name, text: `WITH ${ctes.join(',\n')}\n${select}` };
}
