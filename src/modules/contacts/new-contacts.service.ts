import { Injectable } from '@nestjs/common';
import { contactsOf } from '../../common/contact.js';
import { type ContactInput, ContactsService } from '../addresses/contacts.service.js';
import { type Challenge, OtpService } from '../otp/otp.service.js';
import type { Changer } from './contact-aftermath.service.js';
import { ContactUnchanged } from './contacts.errors.js';

/** Asking for another phone or e-mail address. */
@Injectable()
export class NewContacts {
  constructor(
    private readonly contacts: ContactsService,
    private readonly otp: OtpService,
  ) {}

  /**
   * Sends a code to the new contact, whether somebody has it or not: that is told only to whoever proves it.
   * @throws ContactUnchanged, ResendTooSoon, TooManyMessages, and what {@link ContactsService} refuses
   */
  async ask(typed: ContactInput, { person, network, locale }: Changer): Promise<Challenge> {
    const contact = this.contacts.of(typed);
    if (contactsOf(person).some(({ value }) => value === contact.value)) {
      throw new ContactUnchanged(contact.channel === 'sms' ? 'phone' : 'email');
    }
    return this.otp.issue('contact_change', { contact, asker: { network, locale } }, { subject: person.id });
  }
}
