import { idAt } from '../../src/platform/database/id-at.js';
import type { ServicesWorld } from './services.js';

interface Kind {
  readonly table: string;
  /** SQL: columns and what they hold; `$1` is a number of its own, and `$2` how long ago it last mattered. */
  readonly columns: Readonly<Record<string, string>>;
}

const KEY = 'int4send($1::int)';
const THEN = 'clock_now() - $2::interval';
/** An identifier that was made then. */
const ID = `overlay(${idAt(THEN)}::text PLACING lpad(to_hex($1::int), 12, '0') FROM 25)::uuid`;
const OWNER = '(SELECT id FROM users LIMIT 1)';

/** One row of each table that forgets, as if it had been written long ago. */
export const KINDS = {
  challenges: {
    table: 'otp_challenges',
    columns: {
      id: KEY,
      purpose: "'sign_in'",
      channel: "'sms'",
      contact: "'+7912' || $1",
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
      recipient: "'+7912' || $1",
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
    columns: { minute: `date_trunc('minute', ${THEN}) - $1 * interval '1 microsecond'`, checks: '1', wrong: '0' },
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

let rows = 0;

/** Writes a row that last mattered so long ago; `columns` are SQL, beside or instead of the usual ones. */
export async function aRow(
  world: ServicesWorld,
  kind: KindOfRow,
  { age, ...columns }: Readonly<Record<string, string>> & { readonly age: string },
): Promise<void> {
  rows += 1;
  const { table, columns: usual } = KINDS[kind];
  const all = { ...usual, ...columns };
  const values = Object.values(all).join(', ');
  await world.sql(
    `INSERT INTO ${table} (${Object.keys(all).join(', ')}) SELECT ${values} FROM (SELECT $1::int, $2::interval) AS given`,
    [rows, age],
  );
}

/** How many there are. */
export async function rowsOf(world: ServicesWorld, kind: KindOfRow): Promise<number> {
  return (await world.sql(`SELECT FROM ${KINDS[kind].table}`)).length;
}
