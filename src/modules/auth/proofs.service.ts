import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { compose, type Fragment } from '../../platform/database/statement.js';
import { AuditService } from '../audit/audit.service.js';
import {
  type AnsweredCode,
  CONSUME_CODE,
  type CountedAttempt,
  OtpVerifier,
  type RightCode,
  type TypedCode,
} from '../otp/otp-verifier.service.js';
import { ChallengeOver, CodeWrong } from '../otp/otp.errors.js';
import { MINT_INVITE_CODE, ReferralsService } from '../referrals/referrals.service.js';
import { UserNotFound } from '../users/users.errors.js';
import {
  FIND_OR_REGISTER,
  FIND_OR_REGISTER_PROVEN,
  type Person,
  personColumns,
  UsersService,
} from '../users/users.service.js';
import { Blocked } from './auth.errors.js';

/**
 * How every story that a code begins goes on: use the code, find or register the owner of its contact, give them an invite
 * code. Its values are those of {@link Proofs.telling}.
 */
export const PROVE: Readonly<Record<'sms' | 'email', readonly Fragment[]>> = {
  sms: [CONSUME_CODE, FIND_OR_REGISTER.sms, MINT_INVITE_CODE],
  email: [CONSUME_CODE, FIND_OR_REGISTER.email, MINT_INVITE_CODE],
};

type OwnerRow = Person & { readonly charges: readonly Buffer[]; readonly isNew: boolean };

const own = (channel: 'sms' | 'email') =>
  compose<OwnerRow>(
    `auth.own_by_${channel}`,
    PROVE[channel],
    `SELECT ${personColumns('person')}, proven.charges, person.is_new AS "isNew" FROM proven CROSS JOIN person`,
  );
const OWN = { sms: own('sms'), email: own('email') };

/** A code as it was typed, where, and what it may be for. */
export interface Attempted {
  readonly challengeId: string;
  readonly code: string;
  readonly network: string;
  readonly address: string;
  /** The person whose contact is being changed. */
  readonly subject?: string;
}

/** Whoever a contact belongs to. */
export interface Owner {
  readonly person: Person;
  /** Whether they were registered just now. */
  readonly isNew: boolean;
}

/** Proving a contact by a code, and acting for whoever owns it. */
@Injectable()
export class Proofs {
  /** As {@link PROVE}, of a sign-in by SMS of which nothing was looked up before. Its values are those of {@link Proofs.tellingAtOnce}. */
  readonly proveAtOnce: readonly Fragment[];

  constructor(
    private readonly database: Database,
    private readonly verifier: OtpVerifier,
    private readonly users: UsersService,
    private readonly referrals: ReferralsService,
    private readonly audit: AuditService,
  ) {
    this.proveAtOnce = [verifier.proofAtOnce, FIND_OR_REGISTER_PROVEN, MINT_INVITE_CODE];
  }

  /** As {@link OtpVerifier.check}, which see; a wrong code is written down. */
  async check(
    { address, ...typed }: Attempted,
    purposes: readonly RightCode['purpose'][],
    already?: CountedAttempt,
  ): Promise<RightCode> {
    try {
      return await this.verifier.check(typed, purposes, already);
    } catch (error) {
      if (error instanceof CodeWrong) {
        const { subject } = typed;
        const action = subject ? 'users.contact_not_proven' : 'auth.sign_in_failed';
        await this.audit.recordFailure({
          action,
          actorId: subject,
          subjectId: subject,
          address,
          details: { by: 'code' },
        });
      }
      throw error;
    }
  }

  /** Gives the attempt back: the code was right, and something else was not. */
  async forgive(code: RightCode): Promise<void> {
    await this.verifier.forgive(code);
  }

  /** As {@link OtpVerifier.reward}, which see. */
  reward(code: AnsweredCode, charges: readonly Buffer[]): void {
    this.verifier.reward(code, charges);
  }

  /** Whoever the contact of the code belongs to as yet. */
  async ownerOf({ contact }: RightCode): Promise<Person | undefined> {
    return this.users.findBy(contact.channel === 'sms' ? 'phone' : 'email', contact.value);
  }

  /**
   * Runs what `tell` makes of the values of {@link PROVE}, and again with another invite code when the drawn one is
   * somebody's. Call it outside transactions.
   */
  async telling<Result>(code: RightCode, tell: (values: readonly unknown[]) => Promise<Result>): Promise<Result> {
    const registration = this.users.registration(code.contact);
    return this.referrals.drawing((minting) => tell([...this.verifier.consumption(code), ...registration, ...minting]));
  }

  /** The same with the values of {@link Proofs.proveAtOnce}. */
  async tellingAtOnce<Result>(
    typed: TypedCode,
    tell: (values: readonly unknown[]) => Promise<Result>,
  ): Promise<Result> {
    const known = [...this.verifier.atFirstSight(typed), ...this.users.registrationOfProven()];
    return this.referrals.drawing((minting) => tell([...known, ...minting]));
  }

  /**
   * Uses the code and does `work` for the owner of its contact, who is registered if nobody is: all of it happens, or none.
   * @param known the owner as {@link ownerOf} answered
   * @throws ChallengeOver when the code was used meanwhile, Blocked
   */
  async asOwner(code: RightCode, known: Person | undefined, work: (person: Person) => Promise<void>): Promise<Owner> {
    const { charges, isNew, ...person } = await this.telling(code, (values) =>
      this.database.transaction(async () => {
        if (known) await this.hold(known);
        const owner = await this.database.first(OWN[code.contact.channel], values);
        if (!owner) throw new ChallengeOver();
        if (owner.status !== 'active') throw new Blocked();
        await work(owner);
        return owner;
      }),
    );
    this.reward(code, charges);
    return { person, isNew };
  }

  /** People are locked before their challenges, whoever changes both: so nobody waits for somebody who waits for them. */
  private async hold({ id }: Person): Promise<void> {
    try {
      await this.users.lock(id);
    } catch (error) {
      throw error instanceof UserNotFound ? new ChallengeOver() : error;
    }
  }
}
