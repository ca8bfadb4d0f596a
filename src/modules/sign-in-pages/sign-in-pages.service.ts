import { Injectable } from '@nestjs/common';
import { EmailConfig, SmsConfig } from '../../config/config.js';
import { ownPath, type PageAnswer, PageRedirect, PageView } from '../../platform/pages/page-answers.js';
import type { Visit } from '../page-access/page-visits.service.js';
import { RememberedInvites } from '../page-memory/remembered-invites.service.js';

/** A region whose phones get messages, by its name in the language of the page and its calling code. */
export interface RegionChoice {
  readonly region: string;
  readonly name: string;
}

/** What the address of a sign-in page says. */
export interface SignInAddress {
  /** Where to go afterwards. */
  readonly next?: string;
  readonly invite?: string;
  readonly via?: string;
}

/** The pages on which somebody says who they are. */
@Injectable()
export class SignInPages {
  constructor(
    private readonly invites: RememberedInvites,
    private readonly sms: SmsConfig,
    private readonly email: EmailConfig,
  ) {}

  /** @param view `sign-in`, `register`, `password` or `forgot` */
  show(view: string, visit: Visit, address: SignInAddress = {}): PageAnswer {
    const typedNext = typeof visit.typed.next === 'string' ? visit.typed.next : undefined;
    const next = ownPath(address.next ?? typedNext, '/profile');
    if (visit.principal) return new PageRedirect(next);
    this.invites.take(visit, address);
    return new PageView(view, {
      next: next === '/profile' ? undefined : next,
      invite: this.invites.of(visit)?.inviteCode,
      byEmail: this.email.provider !== 'none',
      regions: this.regions(visit),
      region: visit.typed.region ?? this.sms.regions[0],
    });
  }

  /** Nothing to choose from where there is one. */
  private regions({ locale }: Visit): RegionChoice[] {
    const names = new Intl.DisplayNames(locale, { type: 'region' });
    if (this.sms.regions.length < 2) return [];
    return this.sms.regions.map((region) => ({ region, name: names.of(region) ?? region }));
  }
}
