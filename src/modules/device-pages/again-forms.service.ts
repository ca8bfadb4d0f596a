import { Injectable } from '@nestjs/common';
import { contactsOf, maskContact } from '../../common/contact.js';
import { EmailConfig } from '../../config/config.js';
import { ownPath, type PageAnswer, PageRedirect, PageView } from '../../platform/pages/page-answers.js';
import { AuthService } from '../auth/auth.service.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { FormFlows } from '../page-memory/form-flows.service.js';

const FALLBACK = '/profile';

/** The page on which somebody whose sign-in is too old for what they want confirms by a code that it is them. */
@Injectable()
export class AgainForms {
  constructor(
    private readonly auth: AuthService,
    private readonly flows: FormFlows,
    private readonly email: EmailConfig,
  ) {}

  /** Nothing is asked of whoever has signed in just now. */
  show(visit: SignedInVisit, { next = visit.typed.next }: { readonly next?: unknown } = {}): PageAnswer {
    const path = ownPath(next, FALLBACK);
    if (visit.principal.fresh) return new PageRedirect(path);
    return new PageView('again', { next: path, ways: this.ways(visit) });
  }

  /** Sends a code to the person's own contact: its id stays with this browser, and signs in anew. */
  async askCode(
    { by, next }: { readonly by: 'phone' | 'email'; readonly next?: string },
    visit: SignedInVisit,
  ): Promise<PageAnswer> {
    const { [by]: own } = visit.principal.person;
    const path = ownPath(next, FALLBACK);
    // It was removed since the page was shown.
    if (own === null) return new PageRedirect(`/again?next=${encodeURIComponent(path)}`);
    const challenge = await this.auth.requestCode({ [by]: own }, visit.asker);
    this.flows.begin(visit, { purpose: 'sign-in', challenge, next: path });
    return new PageRedirect('/confirm');
  }

  /** The own contacts that messages can be sent to, masked as wherever a code goes. */
  private ways({ principal: { person } }: SignedInVisit): { by: 'phone' | 'email'; to: string }[] {
    return contactsOf(person)
      .filter(({ channel }) => channel === 'sms' || this.email.provider !== 'none')
      .map((contact) => ({ by: contact.channel === 'sms' ? 'phone' : 'email', to: maskContact(contact) }));
  }
}
