import { Injectable } from '@nestjs/common';
import { maskAddress } from '../../common/contact.js';
import { Database } from '../../platform/database/database.js';
import { compose } from '../../platform/database/statement.js';
import { CONSUME_CODE, OtpVerifier, type RightCode } from '../otp/otp-verifier.service.js';
import { ChallengeOver } from '../otp/otp.errors.js';
import { type Profile, ProfilesService } from '../profiles/profiles.service.js';
import { isCodeTaken, MINT_INVITE_CODE, ReferralsService } from '../referrals/referrals.service.js';
import { OPEN_SESSION, type SessionDraft, SessionsService, type TokenPair } from '../sessions/sessions.service.js';
import { FIND_OR_REGISTER, type Person, personColumns, UsersService } from '../users/users.service.js';
import { Blocked } from './auth.errors.js';

export type SignedIn = TokenPair & { readonly isNewUser: boolean; readonly user: Profile };

export interface SignInDevice {
  readonly address: string;
  readonly userAgent: string | null;
}

type StoryRow = Person & {
  readonly charges: readonly Buffer[];
  readonly isNew: boolean;
  /** Null when somebody else registered the person in the same instant. */
  readonly inviteCode: string | null;
  /** Null when the person may not come in. */
  readonly openedAt: Date | null;
};

/** More draws in a row are taken once in a hundred million sign-ups, when a tenth of all codes is given out. */
const DRAWS = 8;

/** The story of a sign-in, told in one statement: all of it happens, or none. */
const story = (channel: 'sms' | 'email') =>
  compose<StoryRow>(
    `auth.sign_in_by_${channel}`,
    [CONSUME_CODE, FIND_OR_REGISTER[channel], MINT_INVITE_CODE, OPEN_SESSION],
    `SELECT ${personColumns('person')}, proven.charges, person.is_new AS "isNew", invite.code AS "inviteCode",
       session.created_at AS "openedAt"
     FROM proven CROSS JOIN person LEFT JOIN invite ON true LEFT JOIN session ON true`,
  );

const STORY = { sms: story('sms'), email: story('email') };

/** Consume the code, find or register the person, give them an invite code, open a session. */
@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly verifier: OtpVerifier,
    private readonly users: UsersService,
    private readonly referrals: ReferralsService,
    private readonly profiles: ProfilesService,
    private readonly sessions: SessionsService,
  ) {}

  /** @throws ChallengeOver when the code was used meanwhile, Blocked */
  async byCode(code: RightCode, { address, userAgent }: SignInDevice): Promise<SignedIn> {
    const session = this.sessions.draft({ maskedAddress: maskAddress(address), userAgent });
    const told = await this.tell(code, session);
    if (!told) throw new ChallengeOver();
    const { charges, isNew: isNewUser, inviteCode, openedAt, ...person } = told;
    this.verifier.reward(code, charges);
    if (!openedAt) throw new Blocked();
    if (!isNewUser) await this.sessions.crowdOut(person.id);
    const user = await this.profiles.of(person, inviteCode);
    return { ...this.sessions.tokensOf(session, person, openedAt), isNewUser, user };
  }

  /** Again with another invite code when the drawn one is somebody's. */
  private async tell(code: RightCode, session: SessionDraft, drawsLeft = DRAWS): Promise<StoryRow | undefined> {
    const invite = this.referrals.minting();
    const values = [...this.verifier.consumption(code), ...this.users.registration(), ...invite, ...session.values];
    try {
      return await this.database.first(STORY[code.contact.channel], values);
    } catch (error) {
      if (drawsLeft > 1 && isCodeTaken(error)) return this.tell(code, session, drawsLeft - 1);
      throw error;
    }
  }
}
