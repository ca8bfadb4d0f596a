import { compose, statement } from '../../platform/database/statement.js';
import { refunding, type TakeRow, TAKING, UNWAITED } from '../../platform/rate-limit/rate-limiter.js';
import { FORMER_OWNERS } from '../users/released-contacts.service.js';
import type { InviteVia } from './referral.entity.js';

/** A code that somebody has or had, as it was found. */
export interface Invitation {
  readonly inviteCode: string;
  readonly ownerId: string;
  /** Whether it can be activated: it is not retired, and its owner may sign in. */
  readonly isOpen: boolean;
  /** Whether the one who looks for it stands above its owner. That never ends. */
  readonly closesCircle: boolean;
  /** Whether the one who looks for it has activated a code. That never ends either. */
  readonly hasActivated: boolean;
}

export interface Activation {
  readonly inviteCode: string;
  readonly activatedAt: Date;
  readonly via: InviteVia;
}

/**
 * SQL: the way from an owner (a query of one column) up to whoever invited the others, or to `person`; offers `above` (id). Whoever has
 * invited nobody can be above nobody, and most have not: for them it is empty.
 */
const wayUp = (person: string, owner: string): string => `
   above (id) AS (
     SELECT start.id FROM (${owner}) AS start (id) WHERE EXISTS (SELECT FROM inviters WHERE inviters.user_id = ${person})
     UNION ALL
     SELECT inviter_id FROM above JOIN referrals ON invitee_id = above.id WHERE above.id <> ${person})`;

/**
 * Every search is charged, and the charge given back for a code that may be told of: all under the lock of the counters, so that any
 * number of unknown codes at once stays within the limits, and any number of right ones is no failure for an instant. A code that
 * would close a circle costs the way up, and so is charged like an unknown one; nobody goes that way who cannot activate it anyhow.
 */
export const FIND = statement<TakeRow & Partial<Invitation>>(
  'referrals.find',
  `WITH RECURSIVE taken AS MATERIALIZED (SELECT taken.* FROM ${UNWAITED}, ${TAKING} AS taken),
   found AS MATERIALIZED (
     SELECT link.code, link.user_id, link.retired_at IS NULL AND owner.status = 'active' AS is_open
     FROM taken JOIN referral_links link ON taken.refused_by IS NULL
     JOIN users owner ON owner.id = link.user_id WHERE link.code = $5 AND NOT owner.is_test),
   seeker AS MATERIALIZED (SELECT EXISTS (SELECT FROM referrals WHERE invitee_id = $6) AS has_activated),
   ${wayUp('$6', 'SELECT user_id FROM found, seeker WHERE is_open AND NOT has_activated AND user_id <> $6')},
   told AS MATERIALIZED (
     SELECT found.*, has_activated, EXISTS (SELECT FROM above WHERE id = $6) AS closes_circle FROM found, seeker),
   refunded AS MATERIALIZED (SELECT ${refunding('$1')} FROM told WHERE NOT closes_circle)
   SELECT taken.*, code AS "inviteCode", user_id AS "ownerId", is_open AS "isOpen", closes_circle AS "closesCircle",
     has_activated AS "hasActivated", (SELECT count(*) FROM refunded)
   FROM taken LEFT JOIN told ON true`,
);

export const ACTIVATED = statement<Activation>(
  'referrals.activated',
  'SELECT code AS "inviteCode", activated_at AS "activatedAt", via FROM referrals WHERE invitee_id = $1',
);

/** Any constant of our own: who comes under whom changes one at a time where whoever comes has invitees. */
const TREE_LOCK = 5_208_201_104;
const PATIENCE = `interval '2 seconds'`;

/** SQL: the key of the lock under which a person comes under somebody, or somebody under them. */
const placeOf = (person: string): string => `hashtextextended(${person}::text, ${TREE_LOCK})`;

/** Takes the places of a person and of an inviter, unless the person has activated a code, which is for ever. */
export const LOCK_PLACES = statement<{ taken: boolean }>(
  'referrals.lock_places',
  `SELECT EXISTS (SELECT FROM referrals WHERE invitee_id = $1)
     OR lock_both_within(${placeOf('$1::uuid')}, ${placeOf('$2::uuid')}, ${PATIENCE}) AS taken`,
);

export const LOCK_TREE = statement<{ taken: boolean }>(
  'referrals.lock_tree',
  `SELECT lock_within(${TREE_LOCK}, ${PATIENCE}) AS taken`,
);

/** How a person stands who wants to activate the code of an owner. */
export interface Standing extends Nullable<Activation> {
  readonly hasInvitees: boolean;
  /** Whether others gave up contacts that are the person's, or were. */
  readonly hadAccounts: boolean;
  /** Whether somebody who gave up a contact of theirs is the owner, or has activated a code. */
  readonly wasOwner: boolean;
  readonly hadActivated: boolean;
}

type Nullable<Row> = { readonly [Column in keyof Row]: Row[Column] | null };

export const STANDING = compose<Standing>(
  'referrals.standing',
  [FORMER_OWNERS],
  `SELECT own.code AS "inviteCode", own.activated_at AS "activatedAt", own.via,
     EXISTS (SELECT FROM inviters WHERE user_id = $1) AS "hasInvitees",
     EXISTS (SELECT FROM former) AS "hadAccounts", EXISTS (SELECT FROM former WHERE id = $4) AS "wasOwner",
     EXISTS (SELECT FROM former JOIN referrals ON invitee_id = former.id) AS "hadActivated"
   FROM (SELECT) AS one LEFT JOIN referrals own ON own.invitee_id = $1`,
);

export const IS_ABOVE = statement<{ isAbove: boolean }>(
  'referrals.is_above',
  `WITH RECURSIVE ${wayUp('$1', 'SELECT $2::uuid')} SELECT EXISTS (SELECT FROM above WHERE id = $1) AS "isAbove"`,
);

/** Nothing is activated when the code was retired, or its owner blocked, since it was found. */
export const REDEEM = statement<Activation>(
  'referrals.redeem',
  `WITH open AS (
     SELECT link.user_id FROM referral_links link JOIN users owner ON owner.id = link.user_id
     WHERE link.code = $2 AND link.retired_at IS NULL AND owner.status = 'active'),
   counted AS (
     INSERT INTO inviters AS inviter (user_id, invitees) SELECT user_id, 1 FROM open
     ON CONFLICT (user_id) DO UPDATE SET invitees = inviter.invitees + 1 RETURNING user_id, invitees)
   INSERT INTO referrals (invitee_id, inviter_id, ordinal, code, via, network)
   SELECT $1, user_id, invitees, $2, $3, $4 FROM counted
   RETURNING code AS "inviteCode", activated_at AS "activatedAt", via`,
);

export const FORGET_NETWORK = statement(
  'referrals.forget_network',
  'UPDATE referrals SET network = NULL WHERE invitee_id = $1 AND network IS NOT NULL',
);
