import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { statement } from '../../platform/database/statement.js';
import { Events } from '../../platform/events/events.js';
import { refunding } from '../../platform/rate-limit/rate-limiter.js';
import { MessagesUnsent, type UnsentMessage } from '../courier/courier.events.js';
import { OTP_TEMPLATE } from './otp.statements.js';

// Only for the newest message of a challenge, and once: what it was charged to is taken off the challenge as it is given back.
const GIVE_BACK = statement(
  'otp.give_back',
  `WITH unsent AS MATERIALIZED (
     SELECT challenge.id, charges[cardinality(charges) - newest_charges + 1 : ] AS keys
     FROM unnest($1::bytea[], $2::uuid[]) AS message (challenge_id, message_id)
     JOIN otp_challenges challenge ON challenge.id = message.challenge_id AND challenge.message_id = message.message_id
     WHERE newest_charges > 0 ORDER BY challenge.id FOR UPDATE OF challenge),
   taken_off AS (
     UPDATE otp_challenges SET charges = trim_array(charges, newest_charges), newest_charges = 0
     FROM unsent WHERE otp_challenges.id = unsent.id)
   SELECT ${refunding('array_agg(key)')} FROM unsent, unnest(keys) AS key HAVING count(*) > 0`,
);

/**
 * Gives what a code was charged with back when it is certain that nobody got it: an outage uses up nobody's share. What the provider
 * refuses goes on counting, or numbers that it does not take could be asked for without end.
 */
@Injectable()
export class OtpRefunds implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
  ) {}

  onModuleInit(): void {
    this.events.on(MessagesUnsent, ({ messages }) => this.refund(messages));
  }

  private async refund(messages: readonly UnsentMessage[]): Promise<void> {
    const codes = messages.filter(({ template, refused }) => template === OTP_TEMPLATE && !refused);
    if (codes.length === 0) return;
    const challenges = codes.map(({ params }) => Buffer.from(String(params.challenge), 'base64'));
    await this.database.run(GIVE_BACK, [challenges, codes.map(({ id }) => id)]);
  }
}
