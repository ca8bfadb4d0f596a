import { Injectable } from '@nestjs/common';
import { type PageAnswer, PageContent, PageRedirect } from '../../platform/pages/page-answers.js';
import type { ContactInput } from '../addresses/contacts.service.js';
import { AccountExport } from '../account/account-export.service.js';
import { ContactChanges } from '../contacts/contact-changes.service.js';
import { NewContacts } from '../contacts/new-contacts.service.js';
import { PasswordChange } from '../credentials/password-change.service.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { FormFlows } from '../page-memory/form-flows.service.js';

/** What whoever has signed in just now may ask for: other contacts, another password, everything that is held on them. */
@Injectable()
export class SafetyForms {
  constructor(
    private readonly newContacts: NewContacts,
    private readonly contacts: ContactChanges,
    private readonly passwords: PasswordChange,
    private readonly accountExport: AccountExport,
    private readonly flows: FormFlows,
  ) {}

  /** Sends a code to the new contact, which the next page asks for. @throws what {@link NewContacts.ask} does */
  async askContact({ phone, region, email }: ContactInput, visit: SignedInVisit): Promise<PageAnswer> {
    const challenge = await this.newContacts.ask({ phone, region, email }, changerOf(visit));
    this.flows.begin(visit, { purpose: 'contact', challenge });
    return new PageRedirect('/confirm');
  }

  /** @throws NoSuchContact, LastContact, UserNotFound */
  async removeContact(contact: 'phone' | 'email', visit: SignedInVisit): Promise<PageAnswer> {
    await this.contacts.remove(contact, changerOf(visit));
    return new PageRedirect('/profile', 'told.contactRemoved');
  }

  /** @throws what {@link PasswordChange.change} does */
  async changePassword(newPassword: string, { principal, asker }: SignedInVisit): Promise<PageAnswer> {
    await this.passwords.change(principal, newPassword, asker);
    return new PageRedirect('/profile', 'told.passwordChanged');
  }

  async export({ principal, asker }: SignedInVisit): Promise<PageAnswer> {
    const account = await this.accountExport.of(principal, asker.address);
    return new PageContent('application/json; charset=utf-8', JSON.stringify(account, null, 2), 'account.json');
  }
}

const changerOf = ({ principal: { person, sessionId }, asker }: SignedInVisit) => ({ ...asker, person, sessionId });
