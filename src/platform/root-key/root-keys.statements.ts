import { statement } from '../database/statement.js';

/** A root key as one secret of the application opens it. */
export interface SealedRootKey {
  readonly id: string;
  /** Which secret that is; it cannot be told from this. */
  readonly sealedUnder: Buffer;
  readonly sealedKey: Buffer;
  /** The same for all that were sealed under one secret; the greatest is that of the secret in force. */
  readonly number: number;
  readonly createdAt: Date;
}

export const ARE_THERE = statement<{ there: boolean }>(
  'root_keys.are_there',
  `SELECT to_regclass('root_keys') IS NOT NULL AS there`,
);

export const LOCK = statement('root_keys.lock', 'SELECT pg_advisory_xact_lock($1)');

/** The newest key first. */
export const LOAD = statement<SealedRootKey>(
  'root_keys.load',
  `SELECT id, sealed_under AS "sealedUnder", sealed_key AS "sealedKey", number, created_at AS "createdAt"
   FROM root_keys ORDER BY id DESC`,
);

export const SEAL = statement(
  'root_keys.seal',
  `INSERT INTO root_keys (id, sealed_under, sealed_key, number, created_at) VALUES ($1, $2, $3, $4, coalesce($5, clock_now()))
   ON CONFLICT (id, sealed_under) DO UPDATE SET number = excluded.number`,
);

/** What was sealed under the secrets before the one in force. */
export const FORGET_SECRETS = statement<{ id: string }>(
  'root_keys.forget_secrets',
  'DELETE FROM root_keys WHERE number < $1 RETURNING id',
);

/** The keys that were renewed so many days ago. */
export const FORGET_FORMER = statement(
  'root_keys.forget_former',
  `DELETE FROM root_keys AS former WHERE EXISTS (
     SELECT FROM root_keys AS next WHERE next.id > former.id AND next.created_at < clock_now() - make_interval(days => $1))`,
);

/** The newest of what was sealed in a database before it had a root key. */
export const FIND_OLDER_SEAL = statement<{ sealed: Buffer; kid: string; signsFrom: Date }>(
  'root_keys.find_older_seal',
  `SELECT sealed_private_key AS sealed, kid, signs_from AS "signsFrom" FROM signing_keys ORDER BY signs_from DESC LIMIT 1`,
);

/** Processes that listen for news: each that serves HTTP, each worker, and whoever asks. */
export const COUNT_PROCESSES = statement<{ processes: number }>(
  'root_keys.count_processes',
  `SELECT count(DISTINCT pid)::int AS processes FROM pg_stat_activity
   WHERE datname = current_database() AND application_name = 'latchkey-notifications' AND query LIKE 'LISTEN%'`,
);
