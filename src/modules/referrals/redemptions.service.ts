import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { keyedHash } from '../../common/crypto.js';
import { DomainError, type LimitPolicy } from '../../common/domain-error.js';
import { RootKey } from '../../platform/root-key/root-key.js';
import { LimitsConfig } from '../../config/limits.config.js';
import { Database } from '../../platform/database/database.js';
import type { Metrics } from '../../platform/observability/metrics.js';
import { Events } from '../../platform/events/events.js';
import { type Limit, RateLimiter } from '../../platform/rate-limit/rate-limiter.js';
import { ReleasedContacts } from '../users/released-contacts.service.js';
import { PersonErased } from '../users/users.events.js';
import type { Person } from '../users/users.service.js';
import { readInviteCode } from './invite-code.js';
import type { InviteVia } from './referral.entity.js';
import {
  ACTIVATED,
  type Activation,
  FIND,
  FORGET_NETWORK,
  type Invitation,
  IS_ABOVE,
  LOCK_PLACES,
  LOCK_TREE,
  REDEEM,
  type Standing,
  STANDING,
} from './redemptions.statements.js';
import {
  ActivatedBefore,
  ActivationBusy,
  AlreadyActivated,
  CodeRetired,
  CodeUnknown,
  InviteCycle,
  NotForTestAccounts,
  OwnCode,
  TooManyUnknownCodes,
} from './referrals.errors.js';

export type { Activation, Invitation, InviteVia };

export type InviteCounter = Counter<'at' | 'outcome'>;

/** How the codes that were typed fared in this process. */
export const inviteCodes = (metrics: Metrics): InviteCounter =>
  metrics.counter({
    name: 'latchkey_invite_codes_total',
    help: 'Invite codes that were typed when signing in (sign_in) or later (account), by what became of them: activated, or why not',
    labelNames: ['at', 'outcome'],
  });

/** The labels of one that was activated or refused. */
export const becameOf = (
  at: 'sign_in' | 'account',
  what: Activation | DomainError,
): Record<'at' | 'outcome', string> => ({
  at,
  outcome: what instanceof DomainError ? what.kind.code.replace('referrals.', '') : 'activated',
});

/** How somebody comes to activate a code. */
export interface Redeeming {
  readonly via: InviteVia;
  readonly network: string;
}

/** Activating the code of somebody else: once in a lifetime, and never so that people come to stand above themselves. */
@Injectable()
export class Redemptions implements OnModuleInit {
  private readonly networkKey: Buffer;

  constructor(
    private readonly database: Database,
    private readonly limiter: RateLimiter,
    private readonly released: ReleasedContacts,
    private readonly events: Events,
    private readonly limits: LimitsConfig,
    root: RootKey,
  ) {
    this.networkKey = root.derive('referral-networks');
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
    const limits = [
      this.limit(this.limits.unknownInvitesPerNetwork, network),
      ...(personId === undefined ? [] : [this.limit(this.limits.unknownInvitesPerPerson, personId)]),
    ];
    const found = await this.look(typed, limits, personId);
    if (!found) throw new CodeUnknown();
    return found;
  }

  /** Whether a code could be activated by somebody. @throws TooManyUnknownCodes */
  async isOpen(typed: string, network: string): Promise<boolean> {
    // A limit of its own: anybody may check codes, also by the pages of others, and must not keep people from activating.
    const found = await this.look(typed, [this.limit(this.limits.inviteChecksPerNetwork, network)]);
    return found?.isOpen ?? false;
  }

  /** What a person has activated. */
  async activationOf(userId: string): Promise<Activation | undefined> {
    return this.database.first(ACTIVATED, [userId]);
  }

  /**
   * Activates a code in the caller's transaction, which may go on when this is refused. The same code again changes nothing.
   * @throws NotForTestAccounts, OwnCode, AlreadyActivated, ActivatedBefore, CodeRetired, InviteCycle, ActivationBusy
   */
  async redeem(person: Person, invitation: Invitation, how: Redeeming): Promise<Activation> {
    if (person.isTest) throw new NotForTestAccounts();
    await this.takePlaces(person, invitation);
    const standing = await this.standingOf(person, invitation);
    const before = sameAgain(standing, invitation);
    if (before) return before;
    ensureAllowed(standing, invitation);
    if (standing.hasInvitees || standing.hadAccounts) await this.ensureAllowedAlone(person, invitation);
    const network = keyedHash(this.networkKey, how.network).subarray(0, 16);
    const activation = await this.database.first(REDEEM, [person.id, invitation.inviteCode, how.via, network]);
    if (!activation) throw new CodeRetired();
    return activation;
  }

  /**
   * Until the caller's transaction ends, nobody but the caller comes under either of the two, or has them come under somebody. An activation is
   * for ever, and so is a circle: they are told without waiting.
   */
  private async takePlaces({ id }: Person, { ownerId, closesCircle }: Invitation): Promise<void> {
    if (ownerId === id) throw new OwnCode();
    if (closesCircle) return;
    const places = await this.database.first(LOCK_PLACES, [id, ownerId]);
    if (!places?.taken) throw new ActivationBusy();
  }

  private async standingOf(person: Person, { ownerId }: Invitation): Promise<Standing> {
    const standing = await this.database.first(STANDING, [...this.released.formerOwnersOf(person), ownerId]);
    if (!standing) throw new Error('a standing has always a row');
    return standing;
  }

  /**
   * Whoever has invited nobody is above nobody, and stays so while their place is taken; of all others one comes under somebody at a time. So do those
   * who had other accounts, of which two might come under somebody at once.
   */
  private async ensureAllowedAlone(person: Person, invitation: Invitation): Promise<void> {
    const lock = await this.database.first(LOCK_TREE, []);
    if (!lock?.taken) throw new ActivationBusy();
    const standing = await this.standingOf(person, invitation);
    ensureAllowed(standing, invitation);
    const row = standing.hasInvitees && (await this.database.first(IS_ABOVE, [person.id, invitation.ownerId]));
    if (row && row.isAbove) throw new InviteCycle();
  }

  private async look(typed: string, limits: readonly Limit[], personId?: string): Promise<Invitation | undefined> {
    const code = readInviteCode(typed);
    if (code === undefined) return undefined;
    const { row, refusal } = await this.limiter.ask(FIND, limits, [code, personId ?? null]);
    if (refusal) throw new TooManyUnknownCodes(refusal);
    return row && invitationOf(row);
  }

  private limit(policy: LimitPolicy, subject: string): Limit {
    return { key: this.limiter.key(policy.name, subject), policy };
  }
}

/** The same activation, made before. @throws AlreadyActivated when it was another code */
function sameAgain({ inviteCode, activatedAt, via }: Standing, invitation: Invitation): Activation | undefined {
  if (inviteCode === null || activatedAt === null || via === null) return undefined;
  if (inviteCode !== invitation.inviteCode) throw new AlreadyActivated(inviteCode);
  return { inviteCode, activatedAt, via };
}

function ensureAllowed(standing: Standing, invitation: Invitation): void {
  if (standing.wasOwner) throw new OwnCode();
  if (standing.hadActivated) throw new ActivatedBefore();
  if (!invitation.isOpen) throw new CodeRetired();
  if (invitation.closesCircle) throw new InviteCycle();
}

/** Undefined when nobody has or had the code. */
function invitationOf({ inviteCode, ownerId, ...told }: Partial<Invitation>): Invitation | undefined {
  const { isOpen = false, closesCircle = false, hasActivated = false } = told;
  return inviteCode && ownerId ? { inviteCode, ownerId, isOpen, closesCircle, hasActivated } : undefined;
}
