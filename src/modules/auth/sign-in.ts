import { Injectable } from '@nestjs/common';
import { maskAddress } from '../../common/contact.js';
import { DomainError, orRefusal } from '../../common/domain-error.js';
import { Database } from '../../platform/database/database.js';
import { compose, durable, type Fragment, type Statement } from '../../platform/database/statement.js';
import type { AnsweredCode, CountedAttempt, RightCode, TypedCode } from '../otp/otp-verifier.service.js';
import { ChallengeOver } from '../otp/otp.errors.js';
import { SET_FIRST_PASSWORD } from '../passwords/passwords.service.js';
import { type FullStanding, Invitees } from '../referrals/invitees.service.js';
import { type Activation, type Invitation, Redemptions, type Redeeming } from '../referrals/redemptions.service.js';
import type { TokenPair } from '../sessions/refresh-tokens.service.js';
import { OPEN_SESSION, type SessionDraft, SessionsService } from '../sessions/sessions.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { type Person, personColumns } from '../users/users.service.js';
import { Arrivals, type SignInDevice } from './arrivals.service.js';
import { PROVE, Proofs } from './proofs.service.js';

/** The code of somebody else that came with a sign-in, as it was typed. */
export interface Invited extends Pick<Redeeming, 'via' | 'network'> {
  readonly inviteCode: string;
}

/** Somebody who has just been let in. */
export interface LetIn {
  readonly tokens: TokenPair;
  readonly person: Person;
  /** The invite code that this sign-in gave the person; null unless it registered them. */
  readonly newInviteCode: string | null;
  /** What became of the code that they came with. */
  readonly invite?: Activation | DomainError;
  /** How a known person who came with a code stands with it. */
  readonly standing?: FullStanding;
}

type StoryRow = Person & {
  readonly charges: readonly Buffer[];
  readonly newInviteCode: string | null;
  /** Null when the person may not come in. */
  readonly openedAt: Date | null;
};

/** Who comes in, and on which device. */
interface Coming {
  readonly code: AnsweredCode;
  readonly session: SessionDraft;
  readonly device: SignInDevice;
}

type Told = { readonly row: StoryRow | undefined } & Pick<LetIn, 'invite' | 'standing'>;

/** What every story answers. */
const ANSWER = `${personColumns('person')}, proven.charges, minted.code AS "newInviteCode", session.created_at AS "openedAt"`;
const FROM_ALL = 'FROM proven CROSS JOIN person LEFT JOIN minted ON true LEFT JOIN session ON true';

/** The story of a sign-in, told in one statement: all of it happens, or none. */
const storyOf = (channel: 'sms' | 'email', purpose: 'sign_in' | 'registration') =>
  durable(
    compose<StoryRow>(
      `auth.${purpose}_by_${channel}`,
      [
        ...PROVE[channel],
        OPEN_SESSION,
        // Last, so that a sign-in, which has no password to set, has the same values before it.
        ...(purpose === 'registration' ? [SET_FIRST_PASSWORD] : []),
      ],
      `SELECT ${ANSWER} ${FROM_ALL}`,
    ),
  );

const STORY = {
  sign_in: { sms: storyOf('sms', 'sign_in'), email: storyOf('email', 'sign_in') },
  registration: { sms: storyOf('sms', 'registration'), email: storyOf('email', 'registration') },
};

/** Where nothing was proven all is null but the attempt, if one was counted. */
type AtOnceRow = StoryRow & { readonly provenPhone: string | null; readonly missed: CountedAttempt | null };

/** The same by a code of which nothing was looked up before: it is proven in it, or counted. */
const storyAtOnce = (prove: readonly Fragment[]) =>
  durable(
    compose<AtOnceRow>(
      'auth.sign_in_at_once',
      [...prove, OPEN_SESSION],
      `SELECT told.*, (SELECT to_jsonb(missed) FROM missed) AS missed
       FROM (SELECT) AS one LEFT JOIN (SELECT ${ANSWER}, proven.contact AS "provenPhone" ${FROM_ALL}) AS told ON true`,
    ),
    // What is counted waits for no disk.
    ({ provenPhone }) => provenPhone !== null,
  );

/** Consume the code, find or register the person, give them an invite code, open a session, and redeem the code they came with. */
@Injectable()
export class SignIn {
  private readonly storyAtOnce: Statement<AtOnceRow>;

  constructor(
    private readonly database: Database,
    private readonly proofs: Proofs,
    private readonly sessions: SessionsService,
    private readonly redemptions: Redemptions,
    private readonly invitees: Invitees,
    private readonly arrivals: Arrivals,
  ) {
    this.storyAtOnce = storyAtOnce(proofs.proveAtOnce);
  }

  /**
   * By a code of which nothing was looked up yet. Where that proves nothing, for whatever reason, the code has to be checked; `counted` is the
   * attempt, if it was counted.
   * @throws Blocked
   */
  async atOnce(typed: TypedCode, device: SignInDevice): Promise<{ letIn?: LetIn; counted?: CountedAttempt }> {
    const session = this.draft(device);
    const row = await this.proofs.tellingAtOnce(typed, (values) =>
      this.database.first(this.storyAtOnce, [...values, ...session.values]),
    );
    if (!row) throw new Error('a code was neither proven nor refused');
    const { provenPhone: value, missed, ...story } = row;
    if (value === null) return { counted: missed ?? undefined };
    const code = { contact: { channel: 'sms', value }, network: typed.network } as const;
    return { letIn: await this.letIn({ row: story }, { code, session, device }) };
  }

  /** @throws ChallengeOver when the code was used meanwhile, Blocked */
  async byCode(code: RightCode, device: SignInDevice, invited?: Invited): Promise<LetIn> {
    const session = this.draft(device);
    const { [code.contact.channel]: story } = STORY[code.purpose === 'registration' ? 'registration' : 'sign_in'];
    const found = invited && (await orRefusal(this.redemptions.find(invited.inviteCode, invited)));
    const { row, ...told } = await this.proofs.telling(code, (values) =>
      this.tell(story, [...values, ...session.values], invited && found && { ...invited, found }),
    );
    if (!row) throw new ChallengeOver();
    return this.letIn({ row, ...told }, { code, session, device });
  }

  private draft({ address, userAgent }: SignInDevice): SessionDraft {
    return this.sessions.draft({ maskedAddress: maskAddress(address), userAgent });
  }

  /** @throws Blocked */
  private async letIn(
    { row: { charges, newInviteCode, openedAt, ...known }, ...told }: Told & { readonly row: StoryRow },
    { code, session, device: { address } }: Coming,
  ): Promise<LetIn> {
    this.proofs.reward(code, charges);
    const isNewUser = newInviteCode !== null;
    const arrival = { by: 'code', isNewUser, contact: code.contact, address, invite: told.invite } as const;
    if (!openedAt) return this.arrivals.turnAway(known, arrival);
    const person = await this.arrivals.welcome(known, arrival);
    return { tokens: this.sessions.tokensOf(session, person, openedAt), person, newInviteCode, ...told };
  }

  /** One statement, and with a code that somebody has one transaction: nobody is let in by halves. */
  private async tell(
    story: Statement<StoryRow>,
    values: readonly unknown[],
    invited?: Invited & { readonly found: Invitation | DomainError },
  ): Promise<Told> {
    if (!invited || invited.found instanceof DomainError)
      return { row: await this.database.first(story, values), invite: invited?.found as DomainError | undefined };
    const { found, ...how } = invited;
    return this.database.transaction(async () => {
      const row = await this.database.first(story, values);
      if (!row?.openedAt) return { row };
      const isNew = row.newInviteCode !== null;
      const invite = await orRefusal(this.redemptions.redeem(row, found, how));
      // In here, so that whoever deletes the account meanwhile leaves no activation of somebody who is told that nothing happened.
      return { row, invite, standing: isNew ? undefined : await this.standingOf(row) };
    });
  }

  private async standingOf({ id }: Person): Promise<FullStanding> {
    return this.invitees.standingOf(id).catch(overWhenDeleted);
  }
}

/** Whoever deleted the account on another device since is no longer anybody. */
export function overWhenDeleted(error: unknown): never {
  throw error instanceof UserNotFound ? new ChallengeOver() : error;
}
