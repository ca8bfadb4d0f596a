import type { SignedInVisit } from '../page-access/page-visits.service.js';

/** Whoever looks at a page, as the audit log keeps it. */
export const viewerOf = ({ principal, asker }: SignedInVisit): { actorId: string; address: string } => ({
  actorId: principal.person.id,
  address: asker.address,
});
