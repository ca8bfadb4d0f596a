import { Injectable } from '@nestjs/common';
import { type ContactInput, ContactsService } from '../addresses/contacts.service.js';
import { type Challenge, type OtpAsker, OtpService } from '../otp/otp.service.js';
import { PasswordHasher } from '../passwords/password-hasher.service.js';
import { PasswordPolicy } from '../passwords/policy/password-policy.service.js';

export type Registration = ContactInput & { readonly password: string };

/** Registering with a password of one's own. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly contacts: ContactsService,
    private readonly otp: OtpService,
    private readonly policy: PasswordPolicy,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Sends a code, like any other request for one. The password waits in this challenge, and counts only if its code registers
   * somebody: a password that a stranger has typed for a contact never becomes its owner's.
   */
  async register({ password, ...typed }: Registration, asker: OtpAsker): Promise<Challenge> {
    const contact = this.contacts.of(typed);
    await this.policy.check(password, { field: 'password', contacts: [contact] });
    return this.otp.issue('registration', { contact, asker }, { hashPassword: () => this.hasher.hash(password) });
  }
}
