import { Injectable } from '@nestjs/common';
import { contactsOf } from '../../common/contact.js';
import { Database } from '../../platform/database/database.js';
import { Events } from '../../platform/events/events.js';
import { type ContactInput, ContactsService } from '../addresses/contacts.service.js';
import { type Challenge, OtpService } from '../otp/otp.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { PersonErased } from '../users/users.events.js';
import { UsersService } from '../users/users.service.js';
import type { Changer } from './contact-aftermath.service.js';
import { ContactUnchanged } from './contacts.errors.js';

/** Asking for another phone or e-mail address. */
@Injectable()
export class NewContacts {
  constructor(
    private readonly database: Database,
    private readonly contacts: ContactsService,
    private readonly otp: OtpService,
    private readonly users: UsersService,
    private readonly events: Events,
  ) {}

  /**
   * Sends a code to the new contact, whether somebody has it or not: that is told only to whoever proves it.
   * @throws ContactUnchanged, ResendTooSoon, TooManyMessages, UserNotFound, and what {@link ContactsService} refuses
   */
  async ask(typed: ContactInput, { person, network, locale }: Changer): Promise<Challenge> {
    const contact = this.contacts.of(typed);
    if (contactsOf(person).some(({ value }) => value === contact.value)) {
      throw new ContactUnchanged(contact.channel === 'sms' ? 'phone' : 'email');
    }
    const challenge = await this.otp.issue(
      'contact_change',
      { contact, asker: { network, locale } },
      { subject: person.id },
    );
    await this.ensureNotErased(person.id);
    return challenge;
  }

  /** Whoever is being deleted just now did not see what was asked for; whoever is deleted later will. @throws UserNotFound */
  private async ensureNotErased(id: string): Promise<void> {
    try {
      await this.database.transaction(() => this.users.lock(id));
    } catch (error) {
      if (error instanceof UserNotFound) {
        await this.database.transaction(() => this.events.publish(new PersonErased(id, [])));
      }
      throw error;
    }
  }
}
