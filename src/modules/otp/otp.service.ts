import { Injectable } from '@nestjs/common';
import { type Contact, maskContact } from '../../common/contact.js';
import { hashOfSecret, newSecret } from '../../common/crypto.js';
import { LimitsConfig } from '../../config/limits.config.js';
import { Database } from '../../platform/database/database.js';
import type { Statement } from '../../platform/database/statement.js';
import type { OtpPurpose } from '../challenges/challenges.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { ResendTooSoon } from '../otp-guard/otp-guard.errors.js';
import { TestPhones } from '../test-phones/test-phones.service.js';
import { type Carried, ChallengeWriter, type OtpAsker } from './challenge-writer.js';
import { ChallengeOver } from './otp.errors.js';
import * as Statements from './otp.statements.js';

/** Ends of a message after which the person need not wait for the ladder: it was not, or perhaps not, sent. */
const LOST = new Set(['failed', 'expired', 'ambiguous', 'undelivered']);

export type { Carried, OtpAsker };

/** Where a code goes, and who asks for it. */
export interface OtpRecipient {
  readonly contact: Contact;
  readonly asker: OtpAsker;
}

export interface Challenge {
  /** The secret that binds the code to its asker. */
  readonly challengeId: string;
  readonly channel: 'sms' | 'email';
  /** The contact, masked. */
  readonly sentTo: string;
  readonly codeLength: number;
  readonly expiresAt: Date;
  readonly resendAt: Date;
}

export interface ChallengeStatus {
  readonly status: 'queued' | 'sent' | 'failed' | 'used' | 'over';
  readonly expiresAt: Date | null;
  readonly resendAt: Date | null;
}

/** One-time codes: asking for one, asking again, and how its message fares. Proving one is {@link OtpVerifier}. */
@Injectable()
export class OtpService {
  private readonly find: Statement<Statements.FoundRow>;

  constructor(
    private readonly database: Database,
    private readonly messages: MessagesService,
    private readonly writer: ChallengeWriter,
    private readonly testPhones: TestPhones,
    bounds: LimitsConfig,
  ) {
    this.find = Statements.findStatement(bounds);
  }

  /**
   * Opens a challenge and sends its code; replaces the asker's own earlier one and leaves other askers' alone.
   * @throws ResendTooSoon, TooManyMessages, SmsUnavailable
   */
  async issue(purpose: OtpPurpose, to: OtpRecipient, carried: Carried = {}): Promise<Challenge> {
    const { contact } = to;
    const challengeId = newSecret();
    const fixed = await this.testPhones.codeToOpen(contact, purpose);
    const opened = await this.writer.open({ id: hashOfSecret(challengeId), purpose, ...to, fixed }, carried);
    if (opened.replaced) await this.messages.withdraw(contact.channel, opened.replaced);
    return challengeOf(challengeId, contact, opened);
  }

  /**
   * Sends a fresh code for the same challenge; the old one is dead.
   * @throws ChallengeOver, ResendTooSoon, TooManyMessages, SmsUnavailable
   */
  async resend(challengeId: string, asker: OtpAsker): Promise<Challenge> {
    const id = hashOfSecret(challengeId);
    const found = await this.database.first(this.find, [id]);
    if (!found?.live) throw new ChallengeOver();
    const again = await this.wasLostBeforeTime(found);
    const contact = { channel: found.channel, value: found.contact };
    const fixed = await this.testPhones.codeToOpen(contact, found.purpose);
    const draft = { id, purpose: found.purpose, contact, asker, fixed };
    const renewed = await this.writer.renew(draft, found, again);
    if (!renewed) throw new ChallengeOver();
    return challengeOf(challengeId, contact, renewed);
  }

  /** How the newest message of a challenge fares. Unknown ids are `over`. */
  async status(challengeId: string): Promise<ChallengeStatus> {
    const found = await this.database.first(this.find, [hashOfSecret(challengeId)]);
    if (!found) return { status: 'over', expiresAt: null, resendAt: null };
    const times = { expiresAt: found.expires_at, resendAt: found.resend_at };
    if (found.used) return { status: 'used', ...times };
    if (!found.live) return { status: 'over', ...times };
    const state = (await this.messages.stateOf(found.message_id)) ?? 'failed';
    if (LOST.has(state)) return { status: 'failed', expiresAt: found.expires_at, resendAt: waitedFor(found) };
    return { status: state === 'queued' || state === 'sending' ? 'queued' : 'sent', ...times };
  }

  /** The newest message of a challenge; undefined for unknown ids. */
  async messageIdOf(challengeId: string): Promise<string | undefined> {
    return (await this.database.first(this.find, [hashOfSecret(challengeId)]))?.message_id;
  }

  /** Before its time a challenge is sent again only if its message was lost. @throws ResendTooSoon */
  private async wasLostBeforeTime({ resend_in, message_id, generation }: Statements.FoundRow): Promise<boolean> {
    if (resend_in <= 0) return false;
    const state = await this.messages.stateOf(message_id);
    if (!state || !LOST.has(state))
      throw new ResendTooSoon({ retryAfterSeconds: resend_in, policy: Statements.stepOf(generation) });
    return true;
  }
}

/** The moment from which a lost message may be sent again: now, where the ladder would still have it wait. */
const waitedFor = ({ resend_at, resend_in }: Statements.FoundRow): Date =>
  new Date(resend_at.getTime() - Math.max(0, resend_in) * 1_000);

function challengeOf(challengeId: string, contact: Contact, row: Statements.OpenedRow): Challenge {
  return {
    challengeId,
    channel: contact.channel,
    sentTo: maskContact(contact),
    codeLength: row.code_length,
    expiresAt: row.expires_at,
    resendAt: row.resend_at,
  };
}
