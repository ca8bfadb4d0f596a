import { Injectable } from '@nestjs/common';
import { EmailConfig } from '../../config/config.js';
import { ownPath, type PageAnswer, PageRedirect, PageView } from '../../platform/pages/page-answers.js';
import { PhoneRegions } from '../addresses/phone-regions.service.js';
import type { Visit } from '../page-access/page-visits.service.js';
import { RememberedInvites } from '../page-memory/remembered-invites.service.js';

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
    private readonly regions: PhoneRegions,
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
      regions: this.regions.choices(visit.locale),
      region: visit.typed.region ?? this.regions.usual,
    });
  }
}
