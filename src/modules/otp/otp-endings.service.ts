import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { ContactReleased, PersonErased } from '../users/users.events.js';
import { OtpLimits } from '../otp-guard/otp-limits.service.js';
import type { RightCode } from './otp-verifier.service.js';
import { ChallengeOver } from './otp.errors.js';

/** Ends what waits for a code at these contacts or for this person, whatever it is for; locks in the order of their ids, as whoever uses a code does. */
const END_LIVE = statement(
  'otp.end_live',
  `WITH open AS MATERIALIZED (
     SELECT id FROM otp_challenges
     WHERE (contact = ANY ($1::text[]) OR subject = $2) AND ended_at IS NULL ORDER BY id FOR UPDATE)
   UPDATE otp_challenges challenge SET ended_at = clock_now(), end_reason = 'superseded', pending_password = NULL,
     released_as = NULL
   FROM open WHERE challenge.id = open.id`,
);

/** Forgets that a contact was ever written to. */
const FORGET = statement(
  'otp.forget',
  `WITH doomed AS MATERIALIZED (SELECT id FROM otp_challenges WHERE contact = $1 ORDER BY id FOR UPDATE)
   DELETE FROM otp_challenges USING doomed WHERE otp_challenges.id = doomed.id`,
);

/** Forgets which contacts somebody wanted and has not proven. */
const FORGET_WANTED = statement(
  'otp.forget_wanted',
  `WITH doomed AS MATERIALIZED (SELECT id FROM otp_challenges WHERE subject = $1 ORDER BY id FOR UPDATE)
   DELETE FROM otp_challenges USING doomed WHERE otp_challenges.id = doomed.id`,
);

// Others who want the same contact keep their codes: they are to be told that it is taken now.
const USE_AND_END_LIVE = statement<{ charges: Buffer[] }>(
  'otp.use_and_end_live',
  `WITH open AS MATERIALIZED (
     SELECT id, generation FROM otp_challenges
     WHERE ((contact = ANY ($1::text[]) AND subject IS NULL) OR subject = $2) AND ended_at IS NULL ORDER BY id FOR UPDATE),
   ended AS (
     UPDATE otp_challenges challenge
     SET ended_at = clock_now(), end_reason = CASE WHEN challenge.id = $3 THEN 'used' ELSE 'superseded' END,
       pending_password = NULL, released_as = NULL
     FROM open WHERE challenge.id = open.id AND EXISTS (SELECT FROM open WHERE id = $3 AND generation = $4)
     RETURNING challenge.id, challenge.charges)
   SELECT charges FROM ended WHERE id = $3`,
);

/** Codes that must no longer work although nobody used them. */
@Injectable()
export class OtpEndings implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly limits: OtpLimits,
    private readonly events: Events,
  ) {}

  onModuleInit(): void {
    this.events.on(PersonErased, async ({ personId, contacts }) => {
      await this.forget(personId, contacts);
      await this.forgetWanted(personId);
    });
    this.events.on(ContactReleased, ({ personId, contact }) => this.forget(personId, [contact]));
  }

  /** Ends every live challenge of a person: those sent to their contacts, and those that would change a contact of theirs. */
  async endLive(personId: string, contacts: readonly Contact[]): Promise<void> {
    await this.database.run(END_LIVE, [contacts.map(({ value }) => value), personId]);
  }

  /**
   * Uses the right code of somebody who changes a contact, and ends all that {@link endLive} would: in one statement, because
   * rows are locked in the order of their ids.
   * @param contacts those of the person, and the new one
   * @returns what the messages were charged to, for {@link OtpVerifier.reward}
   * @throws ChallengeOver when the code was used or replaced meanwhile
   */
  async useAndEndLive(right: RightCode, personId: string, contacts: readonly Contact[]): Promise<Buffer[]> {
    const values = [contacts.map(({ value }) => value), personId, right.challenge, right.generation];
    const used = await this.database.first(USE_AND_END_LIVE, values);
    if (!used) throw new ChallengeOver();
    return used.charges;
  }

  /** Forgets which contacts somebody wanted and has not proven. */
  async forgetWanted(personId: string): Promise<void> {
    await this.database.run(FORGET_WANTED, [personId]);
  }

  private async forget(personId: string, contacts: readonly Contact[]): Promise<void> {
    await this.endLive(personId, contacts);
    for (const { value } of contacts) {
      await this.limits.forgetNetworks(value);
      await this.database.run(FORGET, [value]);
    }
  }
}
