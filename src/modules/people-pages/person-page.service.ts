import { Injectable } from '@nestjs/common';
import { LOCALES } from '../../common/locale.js';
import { ROLES } from '../../common/role.js';
import { type PageAnswer, PageView } from '../../platform/pages/page-answers.js';
import { Looks } from '../admin/looks.service.js';
import { type SignedInVisit, viewerOf } from '../page-access/page-visits.service.js';
import { ReferralTree } from '../referral-graph/referral-tree.service.js';
import { knownAs } from '../users/users.service.js';
import { PEOPLE, personIn } from './visited-person.js';

/** A person as staff see them, with what administrators may do to them. */
@Injectable()
export class PersonPage {
  constructor(
    private readonly looks: Looks,
    private readonly tree: ReferralTree,
  ) {}

  /** @throws UserNotFound */
  async show(visit: SignedInVisit): Promise<PageAnswer> {
    const id = personIn(visit);
    const viewer = viewerOf(visit);
    const known = await this.known(visit);
    const { inviter, root } = await this.tree.of({ userId: id, depth: 1 }, viewer);
    return new PageView('person', {
      ...known,
      inviter,
      joinedBy: { at: root.activatedAt, via: root.via },
      invitees: root.children,
      more: root.invitees - root.children.length,
      roles: ROLES,
      locales: LOCALES,
    });
  }

  /** The question before somebody is deleted. @throws UserNotFound */
  async showDeleting(visit: SignedInVisit): Promise<PageAnswer> {
    return new PageView('person-delete', await this.known(visit));
  }

  private async known(visit: SignedInVisit): Promise<object> {
    const person = await this.looks.person(personIn(visit), viewerOf(visit));
    return {
      person,
      name: knownAs(person),
      contact: person.phone ?? person.email,
      isSelf: person.id === visit.principal.person.id,
      isBlocked: person.status === 'blocked',
      at: `${PEOPLE}/${person.id}`,
    };
  }
}
