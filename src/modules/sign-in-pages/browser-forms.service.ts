import { Injectable } from '@nestjs/common';
import type { Locale } from '../../common/locale.js';
import { ownPath, type PageAnswer, PageRedirect } from '../../platform/pages/page-answers.js';
import { AccountService } from '../account/account.service.js';
import { FormFlows } from '../page-memory/form-flows.service.js';
import { PageVisits, type Visit } from '../page-access/page-visits.service.js';
import { RememberedInvites } from '../page-memory/remembered-invites.service.js';

/** What a browser is told to keep or to forget. */
@Injectable()
export class BrowserForms {
  constructor(
    private readonly visits: PageVisits,
    private readonly account: AccountService,
    private readonly invites: RememberedInvites,
    private readonly flows: FormFlows,
  ) {}

  async signOut(visit: Visit): Promise<PageAnswer> {
    await this.visits.signOut(visit);
    this.flows.end(visit);
    return new PageRedirect('/', 'told.signedOut');
  }

  /** Whoever is signed in is written to in that language from now on, too. */
  async speak(
    { language, back }: { readonly language: Locale; readonly back?: string },
    visit: Visit,
  ): Promise<PageAnswer> {
    this.visits.speak(visit, language);
    const { principal, asker } = visit;
    if (principal) await this.account.change(principal.person, { locale: language }, asker.address);
    return new PageRedirect(ownPath(back));
  }

  forgetInvite(visit: Visit): PageAnswer {
    this.invites.forget(visit);
    return new PageRedirect(visit.principal ? '/profile' : '/');
  }
}
