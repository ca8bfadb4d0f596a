import { isUUID } from 'class-validator';
import type { Viewer } from '../admin/looks.service.js';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { UserNotFound } from '../users/users.errors.js';
import { fullNameOf, type Person } from '../users/users.service.js';

export const PEOPLE = '/admin/people';

/** The id of the person whose page it is, or one of whose forms was sent. @throws UserNotFound for what is no id at all */
export function personIn({ path }: SignedInVisit): string {
  const [id = ''] = path.slice(PEOPLE.length + 1).split(/[/?]/);
  if (!isUUID(id)) throw new UserNotFound();
  return id.toLowerCase();
}

/** Whoever looks, as the audit log keeps it. */
export function viewerIn({ principal, asker }: SignedInVisit): Viewer & { readonly address: string } {
  const { id: actorId, role } = principal.person;
  return { actorId, role, address: asker.address };
}

/** What staff read first of a person: the name, or what else is known. */
export const knownAs = (person: Pick<Person, 'firstName' | 'lastName' | 'username' | 'phone' | 'email'>) =>
  fullNameOf(person) ?? person.username ?? person.phone ?? person.email;
