import { Injectable } from '@nestjs/common';
import { type PageAnswer, PageView } from '../../platform/pages/page-answers.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { Invitees } from '../referrals/invitees.service.js';

const A_PAGE = 20;

/** The pages of those whom somebody has invited. */
@Injectable()
export class InviteePages {
  constructor(private readonly invitees: Invitees) {}

  /** @param cursor of the page before; the newest when left out */
  async show({ principal: { person } }: SignedInVisit, cursor?: string): Promise<PageAnswer> {
    const [{ items, nextCursor }, standings] = await Promise.all([
      this.invitees.page(person.id, { limit: A_PAGE, cursor }),
      this.invitees.standingsOf([person.id]),
    ]);
    const total = standings.get(person.id)?.invitees.total ?? 0;
    return new PageView('invitees', { items, total, older: nextCursor, isFirst: cursor === undefined });
  }
}
