import { isUUID } from 'class-validator';
import type { SignedInVisit } from '../page-access/page-visits.service.js';
import { UserNotFound } from '../users/users.errors.js';

export const PEOPLE = '/admin/people';

/** The id of the person whose page it is, or one of whose forms was sent. @throws UserNotFound for what is no id at all */
export function personIn({ params: { id = '' } }: SignedInVisit): string {
  if (!isUUID(id)) throw new UserNotFound();
  return id.toLowerCase();
}
