import type { ExplainingDatabase } from './explaining-database.js';

/** The first people of the tree, who are there whatever its size. */
export const POPULAR = 1;
/** Nobody invited them, and they have invited many. */
export const ROOTS = [3, 4, 5, 6, 7, 8, 9] as const;
/** Nobody invited them, and they have invited nobody. One of two has given up the contact that the next one has given up. */
export const LONERS = [10, 12, 14, 16, 18] as const;
/** Each was invited by the one before, and the first one by a root. */
export const CHAIN = { root: 2, first: 20, last: 40 } as const;

/** Whoever came of the first so many did so within the last 30 days: of these, one of 200 today. All others came before. */
export const RECENT = 10_000;

export const idOf = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
export const codeOf = (n: number): string => String((n * 611_953) % 999_983).padStart(6, '0');

const ID = (n: string): string => `format('00000000-0000-7000-8000-%s', lpad((${n})::text, 12, '0'))::uuid`;
const CODE = (n: string): string => `lpad((${n} * 611953::bigint % 999983)::text, 6, '0')`;
const NUMBERS = 'generate_series($1::int, $2::int) AS n';
const AT = `
  date_trunc('day', clock_now(), 'UTC') + n * interval '1 microsecond'
    - make_interval(days => CASE WHEN n >= ${RECENT} THEN 30 + n % 335 WHEN n % 200 = 0 THEN 0 ELSE 1 + n % 29 END)`;

/** The square of a chance: few have invited many, and many have invited few. */
const SOMEBODY_BEFORE = `floor(n * ((hashint4(n) & 65535)::float8 / 65536) ^ 2)::int`;
const INVITER = `
  CASE WHEN n < ${CHAIN.first} THEN NULL
    WHEN n = ${CHAIN.first} THEN ${CHAIN.root}
    WHEN n <= ${CHAIN.last} THEN n - 1
    WHEN n % 10 = 0 THEN ${POPULAR}
    WHEN ${SOMEBODY_BEFORE} BETWEEN ${LONERS[0]} AND ${CHAIN.first - 1} THEN 0
    ELSE ${SOMEBODY_BEFORE} END`;

const GROW = [
  `INSERT INTO users (id, phone, first_name, created_at)
   SELECT ${ID('n')}, '+79' || lpad(n::text, 9, '0'), 'Anna', ${AT} FROM ${NUMBERS}`,
  `INSERT INTO referral_links (code, user_id, created_at) SELECT ${CODE('n')}, ${ID('n')}, ${AT} FROM ${NUMBERS}`,
  `INSERT INTO released_contacts (contact, user_id, blocked)
   SELECT decode(md5((CASE WHEN n < ${CHAIN.first} THEN n / 2 ELSE n END)::text), 'hex'), ${ID('n')}, false
   FROM ${NUMBERS} WHERE n % 10 = 5 OR n BETWEEN ${LONERS[0]} AND ${CHAIN.first - 1}`,
  `WITH edges AS (SELECT n, ${INVITER} AS inviter, ${AT} AS at FROM ${NUMBERS}),
   made AS (
     INSERT INTO referrals (invitee_id, inviter_id, ordinal, code, via, network, activated_at)
     SELECT ${ID('n')}, ${ID('inviter')}, coalesce(invitees, 0) + row_number() OVER (PARTITION BY inviter ORDER BY n),
       ${CODE('inviter')}, 'typed', decode(md5((n % 5000)::text), 'hex'), at
     FROM edges LEFT JOIN inviters ON user_id = ${ID('inviter')} WHERE inviter IS NOT NULL
     RETURNING inviter_id, ordinal)
   INSERT INTO inviters AS counter SELECT inviter_id, max(ordinal) FROM made GROUP BY inviter_id
   ON CONFLICT (user_id) DO UPDATE SET invitees = excluded.invitees`,
];

/**
 * Adds the people from one number to another to a tree of invitations: with an invite code each, and an inviter who came before them;
 * one of ten was invited by {@link POPULAR}.
 */
export async function growTree(database: ExplainingDatabase, from: number, to: number): Promise<void> {
  for (const text of GROW) await database.sql(text, [from, to]);
}
