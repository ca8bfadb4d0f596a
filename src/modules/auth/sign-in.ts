import { Injectable } from '@nestjs/common';
import { maskAddress } from '../../common/contact.js';
import { Database } from '../../platform/database/database.js';
import { compose } from '../../platform/database/statement.js';
import { OtpVerifier, type RightCode } from '../otp/otp-verifier.service.js';
import { ChallengeOver } from '../otp/otp.errors.js';
import { SET_FIRST_PASSWORD } from '../passwords/passwords.service.js';
import type { TokenPair } from '../sessions/refresh-tokens.service.js';
import { OPEN_SESSION, SessionsService } from '../sessions/sessions.service.js';
import { type Person, personColumns } from '../users/users.service.js';
import { Arrivals, type SignInDevice } from './arrivals.service.js';
import { PROVE, Proofs } from './proofs.service.js';

/** Somebody who has just been let in. */
export interface LetIn {
  readonly tokens: TokenPair;
  readonly person: Person;
  readonly isNewUser: boolean;
  /** Null when it was not seen: somebody else registered the person in the same instant. */
  readonly inviteCode: string | null;
}

type StoryRow = Person & {
  readonly charges: readonly Buffer[];
  readonly isNew: boolean;
  readonly inviteCode: string | null;
  /** Null when the person may not come in. */
  readonly openedAt: Date | null;
};

/** The story of a sign-in, told in one statement: all of it happens, or none. */
const storyOf = (channel: 'sms' | 'email', purpose: 'sign_in' | 'registration') =>
  compose<StoryRow>(
    `auth.${purpose}_by_${channel}`,
    [
      ...PROVE[channel],
      OPEN_SESSION,
      // Last, so that a sign-in, which has no password to set, has the same values before it.
      ...(purpose === 'registration' ? [SET_FIRST_PASSWORD] : []),
    ],
    `SELECT ${personColumns('person')}, proven.charges, person.is_new AS "isNew", invite.code AS "inviteCode",
       session.created_at AS "openedAt"
     FROM proven CROSS JOIN person LEFT JOIN invite ON true LEFT JOIN session ON true`,
  );

const STORY = {
  sign_in: { sms: storyOf('sms', 'sign_in'), email: storyOf('email', 'sign_in') },
  registration: { sms: storyOf('sms', 'registration'), email: storyOf('email', 'registration') },
};

/** Consume the code, find or register the person, give them an invite code, open a session. */
@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly proofs: Proofs,
    private readonly verifier: OtpVerifier,
    private readonly sessions: SessionsService,
    private readonly arrivals: Arrivals,
  ) {}

  /** @throws ChallengeOver when the code was used meanwhile, Blocked */
  async byCode(code: RightCode, device: SignInDevice): Promise<LetIn> {
    const { address, userAgent } = device;
    const session = this.sessions.draft({ maskedAddress: maskAddress(address), userAgent });
    const { [code.contact.channel]: story } = STORY[code.purpose === 'registration' ? 'registration' : 'sign_in'];
    const told = await this.proofs.telling(code, (values) =>
      this.database.first(story, [...values, ...session.values]),
    );
    if (!told) throw new ChallengeOver();
    const { charges, isNew: isNewUser, inviteCode, openedAt, ...found } = told;
    this.verifier.reward(code, charges);
    const arrival = { by: 'code', isNewUser, contact: code.contact, address } as const;
    if (!openedAt) return this.arrivals.turnAway(found, arrival);
    const person = await this.arrivals.welcome(found, arrival);
    return { tokens: this.sessions.tokensOf(session, person, openedAt), person, isNewUser, inviteCode };
  }
}
