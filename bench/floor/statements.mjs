/** The fewest rows that a sign-in, a refresh and an invite can be kept in. */
export const SCHEMA = `
  CREATE TABLE people (id uuid PRIMARY KEY, phone text UNIQUE, invite_code text UNIQUE NOT NULL, invitees int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE codes (phone text PRIMARY KEY, hash bytea NOT NULL, expires_at timestamptz NOT NULL);
  CREATE TABLE sessions (id uuid PRIMARY KEY, person uuid NOT NULL, refresh_hash bytea UNIQUE NOT NULL, expires_at timestamptz NOT NULL);
  CREATE INDEX ON sessions (person);
  CREATE TABLE referrals (invitee uuid PRIMARY KEY, inviter uuid NOT NULL, at timestamptz NOT NULL DEFAULT now(),
    ordinal bigint GENERATED ALWAYS AS IDENTITY);
  CREATE INDEX ON referrals (inviter, ordinal)`;

const named = (name, text) => ({ name, text });

export const ISSUE = named(
  'issue',
  `INSERT INTO codes VALUES ($1, $2, now() + interval '5 min')
   ON CONFLICT (phone) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at`,
);

export const REDEEM = named(
  'redeem',
  `WITH code AS (DELETE FROM codes WHERE phone = $1 AND hash = $2 AND expires_at > now() RETURNING phone),
     person AS (
       INSERT INTO people (id, phone, invite_code) SELECT $3, phone, $4 FROM code
       ON CONFLICT (phone) DO UPDATE SET phone = excluded.phone RETURNING id, invite_code)
   INSERT INTO sessions SELECT $5, id, $6, now() + interval '30 d' FROM person
   RETURNING person, (SELECT invite_code FROM person)`,
);

export const ME = named('me', 'SELECT * FROM people WHERE id = $1');

export const REFRESH = named(
  'refresh',
  `UPDATE sessions SET refresh_hash = $2, expires_at = now() + interval '30 d'
   WHERE refresh_hash = $1 AND expires_at > now() RETURNING person`,
);

export const ACTIVATE = named(
  'activate',
  `WITH inviter AS (SELECT id FROM people WHERE invite_code = $2 AND id <> $1),
     edge AS (INSERT INTO referrals (invitee, inviter) SELECT $1, id FROM inviter ON CONFLICT DO NOTHING RETURNING inviter, at)
   UPDATE people SET invitees = invitees + 1 FROM edge WHERE id = edge.inviter RETURNING edge.at`,
);

export const INVITEES = named(
  'invitees',
  `SELECT phone, at, ordinal::int FROM referrals JOIN people ON id = invitee
   WHERE inviter = $1 AND ordinal < coalesce($2, 2147483647) ORDER BY ordinal DESC LIMIT 20`,
);
