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
