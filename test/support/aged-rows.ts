import { idAt } from '../../src/platform/database/id-at.js';

interface Kind {
  readonly table: string;
  /** SQL: columns and what they hold; `n` is a number of its own, and `age` how long ago it last mattered. */
  readonly columns: Readonly<Record<string, string>>;
}

const KEY = 'int4send(n)';
const THEN = 'clock_now() - age';
/** An identifier that was made then. */
const ID = `overlay(${idAt(THEN)}::text PLACING lpad(to_hex(n), 12, '0') FROM 25)::uuid`;
const OWNER = '(SELECT id FROM users LIMIT 1)';

/** One row of each table that forgets, as if it had been written long ago. */
export const KINDS = {
  challenges: {
    table: 'otp_challenges',
    columns: {
      id: KEY,
      purpose: "'sign_in'",
      channel: "'sms'",
      contact: "'+7912' || n",
      asker: KEY,
      code_length: '4',
      message_id: ID,
      charges: "'{}'",
      created_at: THEN,
      resend_at: THEN,
      expires_at: `${THEN} + interval '5 min'`,
      pending_password: "'a hash'",
    },
  },
  messages: {
    table: 'messages',
    columns: {
      id: ID,
      channel: "'sms'",
      recipient: "'+7912' || n",
      template: "'otp-code'",
      params: `'{"generation": 1}'`,
      locale: "'en'",
      state: "'sent'",
      queued_at: THEN,
      settled_at: THEN,
      expires_at: `${THEN} + interval '5 min'`,
    },
  },
  sessions: {
    table: 'sessions',
    columns: {
      id: ID,
      user_id: OWNER,
      seed: KEY,
      created_at: THEN,
      idle_expires_at: THEN,
      absolute_expires_at: THEN,
      ended_at: THEN,
      end_reason: "'signed_out'",
    },
  },
  'audit entries': {
    table: 'audit_entries',
    columns: { id: ID, action: "'auth.signed_in'", created_at: THEN, last_at: THEN },
  },
  counters: { table: 'rate_limits', columns: { key: KEY, hits: `ARRAY[${THEN}]`, touched_at: THEN } },
  'paused blocks': { table: 'paused_blocks', columns: { block: KEY, first_paused_at: THEN, paused_until: THEN } },
  'counted checks': {
    table: 'otp_check_stats',
    columns: { minute: `date_trunc('minute', ${THEN}) - n * interval '1 microsecond'`, checks: '1', wrong: '0' },
  },
  'known networks': {
    table: 'otp_known_networks',
    columns: { contact: KEY, network: KEY, last_signed_in_at: THEN },
  },
  'wrong passwords': { table: 'password_failures', columns: { account: KEY, in_a_row: '100', last_at: THEN } },
  'given-up contacts': {
    table: 'released_contacts',
    columns: { contact: KEY, user_id: OWNER, blocked: 'false', released_at: THEN },
  },
  'repeated answers': {
    table: 'idempotent_answers',
    columns: { key: KEY, fingerprint: KEY, claim: ID, expires_at: THEN },
  },
} satisfies Record<string, Kind>;

export type KindOfRow = keyof typeof KINDS;

/** Asks a database. */
interface Asked {
  sql(text: string, values: readonly unknown[]): Promise<unknown>;
}

interface Ageing {
  /** How long ago they last mattered. */
  readonly age: string;
  readonly count?: number;
  /** SQL, beside or instead of what the columns usually hold. */
  readonly columns?: Readonly<Record<string, string>>;
}

let rows = 0;

/** Writes rows that last mattered so long ago. */
export async function writeAged(asked: Asked, kind: KindOfRow, { age, count = 1, columns }: Ageing): Promise<void> {
  const { table, columns: usual } = KINDS[kind];
  const all = { ...usual, ...columns };
  const [names, values] = [Object.keys(all).join(', '), Object.values(all).join(', ')];
  await asked.sql(
    `INSERT INTO ${table} (${names}) SELECT ${values} FROM generate_series($1::int, $2::int) AS n, (SELECT $3::interval AS age) AS given`,
    [rows + 1, rows + count, age],
  );
  rows += count;
}
