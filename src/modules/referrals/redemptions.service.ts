import { Injectable, type OnModuleInit } from '@nestjs/common';
import { deriveKey, keyedHash } from '../../common/crypto.js';
import type { LimitPolicy } from '../../common/domain-error.js';
import { SecretConfig } from '../../config/config.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { RateLimiter, refunding, type TakeRow, taking } from '../../platform/rate-limit/rate-limiter.js';
import { ReleasedContacts } from '../users/released-contacts.service.js';
import { PersonErased } from '../users/users.events.js';
import type { Person } from '../users/users.service.js';
import { readInviteCode } from './invite-code.js';
import type { InviteVia } from './referral.entity.js';
import {
  ActivatedBefore,
  AlreadyActivated,
  CodeRetired,
  CodeUnknown,
  InviteCycle,
  OwnCode,
  TooManyUnknownCodes,
} from './referrals.errors.js';

const HOUR = 3_600;
const UNKNOWN_BY_PERSON: LimitPolicy = { name: 'invite-unknown-person', quota: 10, windowSeconds: HOUR };
const UNKNOWN_FROM_NETWORK: LimitPolicy = { name: 'invite-unknown-network', quota: 30, windowSeconds: HOUR };

export type { InviteVia };

/** Any constant of our own: who comes under whom changes one at a time. */
const TREE_LOCK = 5_208_201_104;

/** A code that somebody has or had, as it was found. Whoever finds it open may activate it, also when it is retired a moment later. */
export interface Invitation {
  readonly inviteCode: string;
  readonly ownerId: string;
  /** Whether it can be activated: it is not retired, and its owner may sign in. */
  readonly isOpen: boolean;
}

export interface Activation {
  readonly inviteCode: string;
  readonly activatedAt: Date;
  readonly via: InviteVia;
}

interface Search {
  readonly network: string;
  readonly personId?: string;
  /** Whether a code that cannot be activated counts as unknown. */
  readonly openOnly?: boolean;
}

/** How somebody comes to activate a code. */
export interface Redeeming {
  readonly via: InviteVia;
  readonly network: string;
  /** Whether the person was registered by the caller's transaction, and so can have neither a code nor invitees. */
  readonly isNew?: boolean;
}

/**
 * Every search is charged, and the charge given back for a code that may be told of: all under the lock of the counters, so that any
 * number of unknown codes at once stays within the limits, and any number of right ones is no failure for an instant.
 */
const FIND = statement<TakeRow & Partial<Invitation>>(
  'referrals.find',
  `WITH taken AS MATERIALIZED (SELECT * FROM ${taking('$1')}),
   found AS MATERIALIZED (
     SELECT link.code, link.user_id, link.retired_at IS NULL AND owner.status = 'active' AS is_open
     FROM taken JOIN referral_links link ON taken.refused_by IS NULL
     JOIN users owner ON owner.id = link.user_id WHERE link.code = $5),
   refunded AS MATERIALIZED (SELECT ${refunding('$1')} FROM found WHERE is_open OR NOT $6)
   SELECT taken.*, code AS "inviteCode", user_id AS "ownerId", is_open AS "isOpen", (SELECT count(*) FROM refunded)
   FROM taken LEFT JOIN found ON true`,
);

const ACTIVATED = statement<Activation>(
  'referrals.activated',
  'SELECT code AS "inviteCode", activated_at AS "activatedAt", via FROM referrals WHERE invitee_id = $1',
);

const ACTIVATED_BY_ANY = statement<object>(
  'referrals.activated_by_any',
  'SELECT FROM referrals WHERE invitee_id = ANY ($1::uuid[]) LIMIT 1',
);

const LOCK_TREE = statement('referrals.lock_tree', 'SELECT pg_advisory_xact_lock($1)');

// Whoever has invited nobody can be above nobody, and most have not: their way up is not walked.
const IS_ABOVE = statement<{ isAbove: boolean }>(
  'referrals.is_above',
  `WITH RECURSIVE above (id) AS (
     SELECT $2::uuid WHERE EXISTS (SELECT FROM inviters WHERE user_id = $1)
     UNION ALL
     SELECT inviter_id FROM above JOIN referrals ON invitee_id = above.id WHERE above.id <> $1)
   SELECT EXISTS (SELECT FROM above WHERE id = $1) AS "isAbove"`,
);

const REDEEM = statement<Activation>(
  'referrals.redeem',
  `WITH counted AS (
     INSERT INTO inviters AS inviter (user_id, invitees) VALUES ($2, 1)
     ON CONFLICT (user_id) DO UPDATE SET invitees = inviter.invitees + 1 RETURNING invitees)
   INSERT INTO referrals (invitee_id, inviter_id, ordinal, code, via, network)
   SELECT $1, $2, invitees, $3, $4, $5 FROM counted
   RETURNING code AS "inviteCode", activated_at AS "activatedAt", via`,
);

const FORGET_NETWORK = statement(
  'referrals.forget_network',
  'UPDATE referrals SET network = NULL WHERE invitee_id = $1 AND network IS NOT NULL',
);

/** Activating the code of somebody else: once in a lifetime, and never so that people come to stand above themselves. */
@Injectable()
export class Redemptions implements OnModuleInit {
  private readonly networkKey: Buffer;

  constructor(
    private readonly database: Database,
    private readonly limiter: RateLimiter,
    private readonly released: ReleasedContacts,
    private readonly events: Events,
    secret: SecretConfig,
  ) {
    this.networkKey = deriveKey(secret.appSecret, 'referral-networks');
  }

  /** Who invited whom stays. */
  onModuleInit(): void {
    this.events.on(PersonErased, async ({ personId }) => void (await this.database.run(FORGET_NETWORK, [personId])));
  }

  /**
   * Finds whose code it is that somebody typed. What is nobody's counts against the network, and against the person where there is
   * one: codes are short, and must not be found by trying. Call it outside transactions.
   * @throws CodeUnknown, TooManyUnknownCodes
   */
  async find(typed: string, { network, personId }: { network: string; personId?: string }): Promise<Invitation> {
    const found = await this.look(typed, { network, personId });
    if (!found) throw new CodeUnknown();
    return found;
  }

  /** Whether a code could be activated by somebody. Every one that could not counts as unknown. @throws TooManyUnknownCodes */
  async isOpen(typed: string, network: string): Promise<boolean> {
    const found = await this.look(typed, { network, openOnly: true });
    return found?.isOpen ?? false;
  }

  /** What a person has activated. */
  async activationOf(userId: string): Promise<Activation | undefined> {
    return this.database.first(ACTIVATED, [userId]);
  }

  /**
   * Activates a code in the caller's transaction, which may go on when this is refused. The same code again changes nothing.
   * @throws OwnCode, AlreadyActivated, ActivatedBefore, CodeRetired, InviteCycle
   */
  async redeem(person: Person, invitation: Invitation, how: Redeeming): Promise<Activation> {
    const { inviteCode, ownerId } = invitation;
    if (!how.isNew) {
      if (ownerId === person.id) throw new OwnCode();
      await this.database.run(LOCK_TREE, [TREE_LOCK]);
      const before = await this.activationOf(person.id);
      if (before?.inviteCode === inviteCode) return before;
      if (before) throw new AlreadyActivated(before.inviteCode);
    }
    await this.ensureAllowed(person, invitation, how);
    const network = keyedHash(this.networkKey, how.network).subarray(0, 16);
    const activation = await this.database.first(REDEEM, [person.id, ownerId, inviteCode, how.via, network]);
    if (!activation) throw new Error('an activation gave no answer');
    return activation;
  }

  private async ensureAllowed(person: Person, { ownerId, isOpen }: Invitation, { isNew }: Redeeming): Promise<void> {
    const others = await this.released.formerOwners(person);
    if (others.length > 0 && (await this.database.first(ACTIVATED_BY_ANY, [others]))) throw new ActivatedBefore();
    if (!isOpen) throw new CodeRetired();
    if (isNew) return;
    const row = await this.database.first(IS_ABOVE, [person.id, ownerId]);
    if (row?.isAbove) throw new InviteCycle();
  }

  private async look(typed: string, { network, personId, openOnly = false }: Search): Promise<Invitation | undefined> {
    const code = readInviteCode(typed);
    if (code === undefined) return undefined;
    const limits = [
      { key: this.limiter.key('invite-unknown-network', network), policy: UNKNOWN_FROM_NETWORK },
      ...(personId === undefined
        ? []
        : [{ key: this.limiter.key('invite-unknown-person', personId), policy: UNKNOWN_BY_PERSON }]),
    ];
    const { row, refusal } = await this.limiter.ask(FIND, limits, [code, openOnly]);
    if (refusal) throw new TooManyUnknownCodes(refusal);
    const { inviteCode, ownerId, isOpen } = (row ?? {}) as Partial<Invitation>;
    return inviteCode && ownerId ? { inviteCode, ownerId, isOpen: isOpen === true } : undefined;
  }
}
