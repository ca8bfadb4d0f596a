import { Injectable } from '@nestjs/common';
import { ownPath, type PageAnswer, PageRedirect } from '../../platform/pages/page-answers.js';
import type { ContactInput } from '../addresses/contacts.service.js';
import { AuthService } from '../auth/auth.service.js';
import { LoginService } from '../login/login.service.js';
import { RegistrationService } from '../login/registration.service.js';
import type { Challenge } from '../otp/otp.service.js';
import { type FormFlow, FormFlows } from '../page-memory/form-flows.service.js';
import { PageVisits, type Visit } from '../page-access/page-visits.service.js';

/** A phone or an e-mail address, whichever was typed. */
export interface ContactTyped {
  readonly contact: string;
  readonly region?: string;
  readonly next?: string;
}

/** What somebody sends who is not signed in yet. */
@Injectable()
export class SignInForms {
  constructor(
    private readonly auth: AuthService,
    private readonly registration: RegistrationService,
    private readonly login: LoginService,
    private readonly flows: FormFlows,
    private readonly visits: PageVisits,
  ) {}

  async askCode(typed: ContactTyped, visit: Visit): Promise<PageAnswer> {
    return this.begin('sign-in', await this.auth.requestCode(contactOf(typed), visit.asker), { visit, typed });
  }

  async register(typed: ContactTyped & { readonly password: string }, visit: Visit): Promise<PageAnswer> {
    const { password } = typed;
    const challenge = await this.registration.register({ ...contactOf(typed), password }, visit.asker);
    return this.begin('sign-in', challenge, { visit, typed });
  }

  async forgot(typed: ContactTyped, visit: Visit): Promise<PageAnswer> {
    const challenge = await this.auth.requestCode(contactOf(typed), visit.asker, 'password_reset');
    return this.begin('reset', challenge, { visit, typed });
  }

  async logIn(
    { next, ...typed }: { readonly username: string; readonly password: string; readonly next?: string },
    visit: Visit,
  ): Promise<PageAnswer> {
    await this.visits.signIn(visit, await this.login.logIn(typed, visit.asker));
    return new PageRedirect(ownPath(next, '/profile'));
  }

  private begin(
    purpose: FormFlow['purpose'],
    challenge: Challenge,
    { visit, typed }: { visit: Visit; typed: ContactTyped },
  ): PageAnswer {
    this.flows.begin(visit, { purpose, challenge, next: typed.next });
    return new PageRedirect('/confirm');
  }
}

function contactOf({ contact, region }: ContactTyped): ContactInput {
  return contact.includes('@') ? { email: contact } : { phone: contact, region };
}
