import { Injectable } from '@nestjs/common';
import { type PageAnswer, PageRedirect } from '../../platform/pages/page-answers.js';
import { AvatarsService } from '../avatars/avatars.service.js';
import { FormNotOurs } from '../page-access/page-access.errors.js';
import { PageVisits, type SignedInVisit } from '../page-access/page-visits.service.js';

/** Reads the file of a form, once its token was looked at. */
export type ReadFile = (check: (token: string | undefined) => void) => Promise<Buffer>;

/** The picture of a person, as its forms change it. */
@Injectable()
export class AvatarForms {
  constructor(
    private readonly avatars: AvatarsService,
    private readonly visits: PageVisits,
  ) {}

  /** @throws FormNotOurs, and what {@link AvatarsService.replace} does */
  async replace(read: ReadFile, visit: SignedInVisit): Promise<PageAnswer> {
    await this.avatars.replace(visit.principal.person.id, () => read((token) => this.ensureOurs(token, visit)));
    return new PageRedirect('/profile', 'told.pictureSaved');
  }

  async remove({ principal }: SignedInVisit): Promise<PageAnswer> {
    await this.avatars.remove(principal.person.id);
    return new PageRedirect('/profile', 'told.pictureRemoved');
  }

  /** The guard of pages leaves this to whoever reads the form. */
  private ensureOurs(token: string | undefined, visit: SignedInVisit): void {
    if (!this.visits.knows(visit, token)) throw new FormNotOurs();
  }
}
