import { Injectable } from '@nestjs/common';
import { type Contact, maskContact } from '../../common/contact.js';
import { hashOfSecret, newId, newSecret } from '../../common/crypto.js';
import type { Locale } from '../../common/locale.js';
import { OtpConfig } from '../../config/config.js';
import { LimitsConfig } from '../../config/limits.config.js';
import { Database } from '../../platform/database/database.js';
import type { Statement } from '../../platform/database/statement.js';
import { originOfWork } from '../../platform/tracing/current-work.js';
import type { OtpPurpose } from '../challenges/challenges.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { type Charge, OtpCharges } from '../otp-guard/otp-charges.service.js';
import { ResendTooSoon } from '../otp-guard/otp-guard.errors.js';
import { type FixedCode, TestPhones } from '../test-phones/test-phones.service.js';
import { ChallengeOver } from './otp.errors.js';
import * as Statements from './otp.statements.js';

const LIFE_SECONDS = { sms: 300, email: 600 };
/** Ends of a message after which the person need not wait for the ladder: it was not, or perhaps not, sent. */
const LOST = new Set(['failed', 'expired', 'ambiguous', 'undelivered']);

/** Who asks: the network the request came from, and the language it wants. */
export interface OtpAsker {
  readonly network: string;
  readonly locale: Locale;
}

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

/** What a challenge carries beside its contact. */
export interface Carried {
  /** The person whose contact is being changed. */
  readonly subject?: string;
  /** Makes the hash of a password that counts once the code is given. Called only when a message may be sent: hashing is dear. */
  readonly hashPassword?: () => Promise<string>;
}

interface Draft {
  readonly id: Buffer;
  readonly purpose: OtpPurpose;
  readonly contact: Contact;
  readonly asker: OtpAsker;
  readonly charge: Charge;
  /** The code that answers it though it is sent to nobody. */
  readonly fixed: FixedCode | undefined;
}

/** One-time codes: asking for one, asking again, and how its message fares. Proving one is {@link OtpVerifier}. */
@Injectable()
export class OtpService {
  private readonly find: Statement<Statements.FoundRow>;
  private readonly opening: Statements.Sending<Statements.NewlyOpenedRow>;
  private readonly renewal: Statements.Sending<Statements.OpenedRow>;

  constructor(
    private readonly database: Database,
    private readonly messages: MessagesService,
    private readonly charges: OtpCharges,
    private readonly testPhones: TestPhones,
    private readonly config: OtpConfig,
    bounds: LimitsConfig,
  ) {
    this.find = Statements.findStatement(bounds);
    this.opening = Statements.openStatements(bounds);
    this.renewal = Statements.renewStatements(bounds);
  }

  /**
   * Opens a challenge and sends its code; replaces the asker's own earlier one and leaves other askers' alone.
   * @throws ResendTooSoon, TooManyMessages, SmsUnavailable
   */
  async issue(purpose: OtpPurpose, to: OtpRecipient, carried: Carried = {}): Promise<Challenge> {
    const { contact, asker } = to;
    const challengeId = newSecret();
    const fixed = await this.testPhones.codeToOpen(contact, purpose);
    const asking = { contact, network: asker.network, placeFor: purpose, unsent: fixed !== undefined };
    const charge = await this.charges.charge(asking);
    const draft = { id: hashOfSecret(challengeId), purpose, contact, asker, charge, fixed };
    const opened = await this.write(draft, () => this.open(draft, carried));
    if (!opened) throw new Error('a challenge was not written');
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
    const charge = await this.charges.charge({ contact, network: asker.network, again, unsent: fixed !== undefined });
    const draft = { id, purpose: found.purpose, contact, asker, charge, fixed };
    const renewed = await this.write(draft, () => this.renew(draft, found));
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

  /** Writes challenge and message, and wakes the courier; takes the charge back when nothing was written. */
  private async write<Row>(draft: Draft, statement: () => Promise<Row | undefined>): Promise<Row | undefined> {
    let written: Row | undefined;
    try {
      written = await statement();
    } finally {
      if (written) this.messages.wakeCourier(draft.contact.channel);
      else await this.charges.cancel(draft.charge);
    }
    return written;
  }

  private async open(draft: Draft, { subject, hashPassword }: Carried): Promise<Statements.NewlyOpenedRow | undefined> {
    const { id, purpose, contact, asker, charge, fixed } = draft;
    return this.database.first(this.opening[fixed ? 'fixed' : 'sent'], [
      ...[id, purpose, contact.channel, contact.value, charge.asker],
      ...[this.usualLength(draft), charge.wrong.contact, charge.wrong.network, newId(), charge.shares],
      ...[LIFE_SECONDS[contact.channel], asker.locale, subject ?? null, (await hashPassword?.()) ?? null],
      ...[fixed?.until ?? null, ...originOfWork()],
    ]);
  }

  private renew(draft: Draft, found: Statements.FoundRow): Promise<Statements.OpenedRow | undefined> {
    const { id, contact, asker, charge, fixed } = draft;
    return this.database.first(this.renewal[fixed ? 'fixed' : 'sent'], [
      ...[id, found.generation, newId(), charge.shares, this.usualLength(draft)],
      ...[charge.wrong.contact, charge.wrong.network, LIFE_SECONDS[contact.channel], found.message_id, asker.locale],
      ...[fixed?.until ?? null, ...originOfWork()],
    ]);
  }

  /** Before its time a challenge is sent again only if its message was lost. @throws ResendTooSoon */
  private async wasLostBeforeTime({ resend_in, message_id, generation }: Statements.FoundRow): Promise<boolean> {
    if (resend_in <= 0) return false;
    const state = await this.messages.stateOf(message_id);
    if (!state || !LOST.has(state))
      throw new ResendTooSoon({ retryAfterSeconds: resend_in, policy: Statements.stepOf(generation) });
    return true;
  }

  private usualLength({ contact: { channel }, fixed }: Draft): number {
    if (fixed) return fixed.code.length;
    return channel === 'sms' ? this.config.smsLength : this.config.emailLength;
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
