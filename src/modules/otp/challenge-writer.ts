import { Injectable } from '@nestjs/common';
import type { Contact } from '../../common/contact.js';
import { newId } from '../../common/crypto.js';
import type { Locale } from '../../common/locale.js';
import { OtpConfig } from '../../config/config.js';
import { LimitsConfig } from '../../config/limits.config.js';
import { Database } from '../../platform/database/database.js';
import { originOfWork } from '../../platform/tracing/current-work.js';
import type { OtpPurpose } from '../challenges/challenges.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { type Asking, type Charge, OtpCharges, type Shares } from '../otp-guard/otp-charges.service.js';
import type { FixedCode } from '../test-phones/test-phones.service.js';
import { ReleasedContacts } from '../users/released-contacts.service.js';
import * as Statements from './otp.statements.js';

const LIFE_SECONDS = { sms: 300, email: 600 };

/** Who asks: the network the request came from, and the language it wants. */
export interface OtpAsker {
  readonly network: string;
  readonly locale: Locale;
}

/** What a challenge carries beside its contact. */
export interface Carried {
  /** The person whose contact is being changed. */
  readonly subject?: string;
  /** Makes the hash of a password that counts once the code is given. Called only when a message may be sent: hashing is dear. */
  readonly hashPassword?: () => Promise<string>;
}

/** A challenge that is to be opened or sent again. */
export interface Draft {
  readonly id: Buffer;
  readonly purpose: OtpPurpose;
  readonly contact: Contact;
  readonly asker: OtpAsker;
  /** The code that answers it though it is sent to nobody. */
  readonly fixed: FixedCode | undefined;
}

/** Charges messages of challenges, writes both, and wakes the courier: all of it happens, or none. */
@Injectable()
export class ChallengeWriter {
  private readonly asking: ReturnType<typeof Statements.askStatement>;
  private readonly opening: Statements.Sending<Statements.NewlyOpenedRow>;
  private readonly renewal: Statements.Sending<Statements.OpenedRow>;

  constructor(
    private readonly database: Database,
    private readonly messages: MessagesService,
    private readonly charges: OtpCharges,
    private readonly released: ReleasedContacts,
    private readonly config: OtpConfig,
    bounds: LimitsConfig,
  ) {
    this.asking = Statements.askStatement(bounds);
    this.opening = Statements.openStatements(bounds);
    this.renewal = Statements.renewStatements(bounds);
  }

  /** Opens a challenge in place of the asker's own. @throws ResendTooSoon, TooManyMessages, SmsUnavailable */
  async open(draft: Draft, carried: Carried): Promise<Statements.NewlyOpenedRow> {
    const asking = { ...askingOf(draft), placeFor: draft.purpose };
    return draft.fixed || carried.hashPassword
      ? this.chargeAndOpen(draft, asking, carried)
      : this.openAtOnce(draft, asking, carried);
  }

  /**
   * The next generation of a challenge; undefined when somebody else was faster or it is over.
   * @param again whether its message was lost
   * @throws ResendTooSoon, TooManyMessages, SmsUnavailable
   */
  async renew(draft: Draft, found: Statements.FoundRow, again: boolean): Promise<Statements.OpenedRow | undefined> {
    const { id, asker, fixed, contact } = draft;
    const charge = await this.charges.charge({ ...askingOf(draft), again });
    return this.write(draft, charge, () =>
      this.database.first(this.renewal[fixed ? 'fixed' : 'sent'], [
        ...[id, found.generation, newId(), charge.shares, this.usualLength(draft)],
        ...[charge.wrong.contact, charge.wrong.network, LIFE_SECONDS[contact.channel], found.message_id, asker.locale],
        ...[fixed?.until ?? null, ...originOfWork()],
      ]),
    );
  }

  /** One statement, in which a message that may not be sent writes nothing. */
  private async openAtOnce(draft: Draft, asking: Asking, { subject }: Carried): Promise<Statements.NewlyOpenedRow> {
    const valuesOf = (shares: Shares) => this.openingValues(draft, shares, [subject ?? null, null]);
    const opened = await this.charges.chargeAndWrite(asking, { statement: this.asking, valuesOf });
    this.messages.wakeCourier(draft.contact.channel);
    return opened;
  }

  /** Two, because something is to be done between them, or nothing is sent. */
  private async chargeAndOpen(draft: Draft, asking: Asking, { subject, hashPassword }: Carried) {
    const charge = await this.charges.charge(asking);
    const opened = await this.write(draft, charge, async () => {
      const carried = [subject ?? null, (await hashPassword?.()) ?? null];
      const statement = this.opening[draft.fixed ? 'fixed' : 'sent'];
      return this.database.first(statement, this.openingValues(draft, charge, carried));
    });
    if (!opened) throw new Error('a challenge was not written');
    return opened;
  }

  /** Takes the charge back when nothing was written. */
  private async write<Row>({ contact }: Draft, charge: Charge, statement: () => Promise<Row | undefined>) {
    let written: Row | undefined;
    try {
      written = await statement();
    } finally {
      if (written) this.messages.wakeCourier(contact.channel);
      else await this.charges.cancel(charge);
    }
    return written;
  }

  /** @param carried the person whose contact is being changed, and the hash of a password */
  private openingValues(draft: Draft, { asker, wrong, shares }: Shares, carried: readonly unknown[]): unknown[] {
    const { id, purpose, contact, asker: by, fixed } = draft;
    return [
      ...[id, purpose, contact.channel, contact.value, asker],
      ...[this.usualLength(draft), wrong.contact, wrong.network, newId(), shares],
      ...[LIFE_SECONDS[contact.channel], by.locale, ...carried, fixed?.until ?? null],
      ...[this.releasedAs(draft), ...originOfWork()],
    ];
  }

  /** Only for what can be proven at once. */
  private releasedAs({ purpose, contact, fixed }: Draft): Buffer[] | null {
    return purpose === 'sign_in' && contact.channel === 'sms' && !fixed ? this.released.mayBeStoredAs(contact) : null;
  }

  private usualLength({ contact: { channel }, fixed }: Draft): number {
    if (fixed) return fixed.code.length;
    return channel === 'sms' ? this.config.smsLength : this.config.emailLength;
  }
}

const askingOf = ({ contact, asker: { network }, fixed }: Draft): Asking => ({
  contact,
  network,
  unsent: fixed !== undefined,
});
