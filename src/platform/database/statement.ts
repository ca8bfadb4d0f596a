/**
 * A named prepared statement: parsed and planned once per connection. `Row` is the shape of a row it answers.
 * Declare one as a constant beside the service that owns the table.
 */
export interface Statement<Row> {
  readonly name: string;
  readonly text: string;
  /** Never set; carries the type of a row. */
  readonly row?: Row;
}

/** @param name unique in the process and at most 63 characters, e.g. `otp.open`. */
export const statement = <Row = never>(name: string, text: string): Statement<Row> => ({ name, text });

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
