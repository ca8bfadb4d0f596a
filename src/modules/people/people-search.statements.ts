import { type Statement, statement } from '../../platform/database/statement.js';
import { type Person, personColumns } from '../users/users.service.js';

export type FoundRow = Person & {
  readonly blockedReason: string | null;
  /** What the row was found by, and where the next page begins. */
  readonly key: string;
  /** Whether the person is found by something else as well, which stands earlier. */
  readonly again: boolean;
};

const COLUMNS = `${personColumns('u')}, u.blocked_reason AS "blockedReason"`;
// Of conditions put so the planner expects every second row to pass, and reads an index in its order rather than all of it to sort.
const FITS = `coalesce(u.role = $2, true) AND coalesce(u.status = $3, u.status <> 'deleted')`;
/** The end, in byte order, of everything that begins with $1. */
const END = '$1 || chr(1114111)';
export const ONE: Statement<Omit<FoundRow, 'key' | 'again'>> = statement(
  'users.find_for_staff',
  `SELECT ${COLUMNS} FROM users u WHERE u.id = $1 AND u.status <> 'deleted'`,
);

const KEYS = ['email', 'username', 'search_name', 'search_name_reversed'] as const;

const begins = (key: string): string => `u.${key} >= $1 AND u.${key} < ${END}`;

// The place alone is the lower bound: beside it PostgreSQL would take no other to enter the index, and read all that stands before.
const foundBy = (key: string, again = 'false'): string => `
  (SELECT ${COLUMNS}, u.${key} AS key, ${again} AS again FROM users u
   WHERE (u.${key}, u.id) > ($4, $5) AND u.${key} < ${END} AND ${FITS} ORDER BY u.${key}, u.id LIMIT $6)`;

/** Whoever is found by several keys stands where the least of them is, and only there. */
const standsEarlier = (key: (typeof KEYS)[number]): string =>
  KEYS.filter((other) => other !== key)
    .map((other) => {
      const before = KEYS.indexOf(other) < KEYS.indexOf(key) ? '<=' : '<';
      return `coalesce(${begins(other)} AND u.${other} ${before} u.${key}, false)`;
    })
    .join(' OR ');

// The parameters of all: beginning, role, status, key and id of the last row, and how many.
export const BY_PHONE: Statement<FoundRow> = statement('users.search_by_phone', foundBy('phone'));

export const BY_TEXT: Statement<FoundRow> = statement(
  'users.search_by_text',
  `SELECT * FROM (${KEYS.map((key) => foundBy(key, standsEarlier(key))).join(' UNION ALL ')}) AS found
   ORDER BY key, id LIMIT $6`,
);

const newestFirst = (name: string, which: string): Statement<FoundRow> =>
  statement(
    `users.search_${name}`,
    `SELECT ${COLUMNS}, '' AS key, false AS again FROM users u
     WHERE ${which} AND $4 = '' AND u.id < $5 AND ${FITS} ORDER BY u.id DESC LIMIT $6`,
  );

const BEGINS = `($1 = '' OR ${['phone', ...KEYS].map((key) => `(${begins(key)})`).join(' OR ')})`;

export const EVERYBODY = newestFirst('everybody', `$1 = ''`);
// Each names the predicate of its index, which holds only these few.
export const STAFF = newestFirst('staff', `u.role <> 'user' AND u.role = $2 AND ${BEGINS}`);
export const NOT_ACTIVE = newestFirst('not_active', `u.status <> 'active' AND u.status = $3 AND ${BEGINS}`);
