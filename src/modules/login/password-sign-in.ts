import { Injectable } from '@nestjs/common';
import { type Contact, maskAddress } from '../../common/contact.js';
import { Database } from '../../platform/database/database.js';
import { compose } from '../../platform/database/statement.js';
import { Arrivals, type SignInDevice } from '../auth/arrivals.service.js';
import { STILL_RIGHT } from '../passwords/passwords.service.js';
import type { TokenPair } from '../sessions/refresh-tokens.service.js';
import { OPEN_SESSION, SessionsService } from '../sessions/sessions.service.js';
import { type Person, personColumns } from '../users/users.service.js';

/** Somebody whose password was found right. */
export interface ProvenPerson {
  readonly person: Person;
  /** The hash that the password was right for. */
  readonly hash: string;
  /** Theirs, if that is what they typed for a name. */
  readonly contact?: Contact;
}

type StoryRow = Person & {
  /** Null when the person may not come in. */
  readonly openedAt: Date | null;
};

const STORY = compose<StoryRow>(
  'login.sign_in_by_password',
  [STILL_RIGHT, OPEN_SESSION],
  `SELECT ${personColumns('person')}, session.created_at AS "openedAt" FROM person LEFT JOIN session ON true`,
);

/** Opens a session for a right password. */
@Injectable()
export class PasswordSignIn {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionsService,
    private readonly arrivals: Arrivals,
  ) {}

  /** Undefined when the password was replaced since it was found right. @throws Blocked */
  async byPassword(
    { person: { id }, hash, contact }: ProvenPerson,
    { address, userAgent }: SignInDevice,
  ): Promise<{ tokens: TokenPair; person: Person } | undefined> {
    const session = this.sessions.draft({ maskedAddress: maskAddress(address), userAgent });
    const told = await this.database.first(STORY, [id, hash, ...session.values]);
    if (!told) return undefined;
    const { openedAt, ...found } = told;
    const arrival = { by: 'password', isNewUser: false, contact, address } as const;
    if (!openedAt) return this.arrivals.turnAway(found, arrival);
    const person = await this.arrivals.welcome(found, arrival);
    return { tokens: this.sessions.tokensOf(session, person, openedAt), person };
  }
}
