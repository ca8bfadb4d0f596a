import { Injectable } from '@nestjs/common';
import { type PageAnswer, PageRedirect } from '../../platform/pages/page-answers.js';
import { Changes, type PersonChanges } from '../admin/changes.service.js';
import { Endings } from '../admin/endings.service.js';
import { type SignedInVisit, viewerOf } from '../page-access/page-visits.service.js';
import { UsersService } from '../users/users.service.js';
import { PEOPLE, personIn } from './visited-person.js';

/** What administrators do to a person from their page. */
@Injectable()
export class PersonForms {
  constructor(
    private readonly changes: Changes,
    private readonly endings: Endings,
    private readonly users: UsersService,
  ) {}

  /** @throws what {@link Changes.change} throws */
  async edit(typed: PersonChanges, visit: SignedInVisit): Promise<PageAnswer> {
    return this.change(await this.asChanged(typed, visit), visit, 'told.person.changed');
  }

  /** @param told the word for it afterwards */
  async change(changes: PersonChanges, visit: SignedInVisit, told: string): Promise<PageAnswer> {
    const id = personIn(visit);
    await this.changes.change(id, changes, viewerOf(visit));
    const { person } = visit.principal;
    // Whoever is staff no longer cannot see where they have just been.
    if (changes.role === 'user' && person.id === id) return new PageRedirect('/profile', told);
    if (changes.status === 'blocked' && person.id === id) return new PageRedirect('/', told);
    return new PageRedirect(`${PEOPLE}/${id}`, told);
  }

  /** @throws UserNotFound */
  async endSessions(visit: SignedInVisit): Promise<PageAnswer> {
    const id = personIn(visit);
    await this.endings.endSessions(id, viewerOf(visit));
    const isSelf = visit.principal.person.id === id;
    return new PageRedirect(isSelf ? '/' : `${PEOPLE}/${id}`, 'told.person.sessionsEnded');
  }

  /** @throws UserNotFound, LastAdmin */
  async delete(visit: SignedInVisit): Promise<PageAnswer> {
    const id = personIn(visit);
    await this.endings.delete(id, viewerOf(visit));
    if (visit.principal.person.id === id) return new PageRedirect('/', 'told.deleted');
    return new PageRedirect(PEOPLE, 'told.person.deleted');
  }

  /** The form sends every field: a contact that stands as it did need not be one that could be given to somebody today. */
  private async asChanged(typed: PersonChanges, visit: SignedInVisit): Promise<PersonChanges> {
    const { phone, email } = await this.users.get(personIn(visit));
    return {
      ...typed,
      phone: typed.phone === phone ? undefined : typed.phone,
      email: typed.email === email ? undefined : typed.email,
    };
  }
}
