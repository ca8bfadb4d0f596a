import { Injectable } from '@nestjs/common';
import { contactsOf } from '../../common/contact.js';
import { Database } from '../../platform/database/database.js';
import { Proofs } from '../auth/proofs.service.js';
import { OtpEndings } from '../otp/otp-endings.service.js';
import { OtpVerifier } from '../otp/otp-verifier.service.js';
import { type Person, UsersService } from '../users/users.service.js';
import { type Changer, ContactAftermath } from './contact-aftermath.service.js';
import { NoSuchContact } from './contacts.errors.js';

export interface CodeTyped {
  readonly challengeId: string;
  readonly code: string;
}

/**
 * Getting another contact, and giving one up. People are locked before challenges, and challenges before a contact is written:
 * whoever signs in by that contact in the same instant holds its challenge and then wants the contact.
 */
@Injectable()
export class ContactChanges {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly proofs: Proofs,
    private readonly verifier: OtpVerifier,
    private readonly endings: OtpEndings,
    private readonly aftermath: ContactAftermath,
  ) {}

  /**
   * Gives somebody the contact that their code proves; answers them as they are then.
   * @throws CodeWrong, ChallengeOver, TooManyWrongCodes, ContactTaken, UserNotFound
   */
  async confirm(typed: CodeTyped, by: Changer): Promise<Person> {
    const { id } = by.person;
    const { network, address } = by;
    const right = await this.proofs.check({ ...typed, network, address, subject: id }, ['contact_change']);
    const { channel, value } = right.contact;
    const column = channel === 'sms' ? 'phone' : 'email';
    const { after, charges } = await this.database.transaction(async () => {
      const person = await this.users.lockWanting(id, { [column]: value });
      const charges = await this.endings.useAndEndLive(right, id, [...contactsOf(person), right.contact]);
      const change = await this.users.changeContact(id, column, value);
      await this.aftermath.follow({ column, ...change }, by);
      return { after: change.after, charges };
    });
    this.verifier.reward(right, charges);
    return after;
  }

  /**
   * Takes one of somebody's contacts away; answers them as they are then.
   * @throws NoSuchContact, LastContact, UserNotFound
   */
  async remove(column: 'phone' | 'email', by: Changer): Promise<Person> {
    const { id } = by.person;
    return this.database.transaction(async () => {
      const person = await this.users.lock(id);
      if (person[column] === null) throw new NoSuchContact();
      await this.endings.endLive(id, contactsOf(person));
      const change = await this.users.changeContact(id, column, null);
      await this.aftermath.follow({ column, ...change }, by);
      return change.after;
    });
  }
}
