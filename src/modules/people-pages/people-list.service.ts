import { Injectable } from '@nestjs/common';
import { ROLES } from '../../common/role.js';
import { type PageAnswer, pageAddress, PageView } from '../../platform/pages/page-answers.js';
import { Looks } from '../admin/looks.service.js';
import { type SignedInVisit, viewerOf } from '../page-access/page-visits.service.js';
import type { PeopleQuery } from '../people/people-search.service.js';
import { knownAs } from '../users/users.service.js';
import { PEOPLE } from './visited-person.js';

/** The page on which staff find people. */
@Injectable()
export class PeopleList {
  constructor(private readonly looks: Looks) {}

  async show(filters: PeopleQuery, visit: SignedInVisit): Promise<PageAnswer> {
    const { items, nextCursor } = await this.looks.people(filters, viewerOf(visit));
    const people = items.map((person) => ({ ...person, name: knownAs(person) }));
    return new PageView('people', {
      people,
      filters,
      roles: ROLES,
      isFiltered: [filters.q, filters.role, filters.status].some(Boolean),
      isLater: filters.cursor !== undefined,
      first: addressOf({ ...filters, cursor: undefined }),
      next: nextCursor && addressOf({ ...filters, cursor: nextCursor }),
    });
  }
}

const addressOf = ({ q, role, status, cursor }: PeopleQuery): string =>
  pageAddress(PEOPLE, { q, role, status, cursor });
