/** Somebody in an edge, as staff see them. Of whoever was deleted only the id is left. */
export interface ShownPerson {
  readonly userId: string;
  /** E.164, in full. */
  readonly phone: string | null;
  /** First and last name; null where there is neither. */
  readonly name: string | null;
  readonly status: 'active' | 'blocked' | 'deleted';
}

/** Whoever looks, as the audit log keeps it. */
export interface Viewer {
  readonly actorId: string;
  readonly address: string;
}

/** The columns of {@link ShownPerson} for a SELECT over `users` under an alias. */
export const shownColumns = (alias: string): string =>
  `${alias}.id AS "userId", ${alias}.phone, ${alias}.status, ` +
  `nullif(concat_ws(' ', ${alias}.first_name, ${alias}.last_name), '') AS name`;

/** The person alone, out of a row that holds more. */
export const shownPerson = ({ userId, phone, name, status }: ShownPerson): ShownPerson => ({
  userId,
  phone,
  name,
  status,
});
