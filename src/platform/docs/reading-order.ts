import type { OpenAPIObject, OperationObject } from '@nestjs/swagger';

type Paths = OpenAPIObject['paths'];
type Path = Paths[string];

/** In the order in which a reader wants them. */
const TAGS: readonly (readonly [string, string])[] = [
  ['Auth', 'Signing in: by a one-time code or by a password'],
  ['Users', 'One’s own account: profile, contacts, password, devices; for staff: everybody’s, and the audit log'],
  ['Referrals', 'Invite codes and who invited whom; for staff: how invitations fare'],
  ['Messages', 'The trail of what was sent, and the switch for sending'],
  ['QA', 'The message inbox'],
  ['Operations', 'Health and metrics'],
];

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

export const operationsOf = (path: Path): OperationObject[] =>
  METHODS.map((method) => path[method]).filter((operation) => operation !== undefined);

/** The tags that operations have. */
export function tagsOf(paths: Paths): { name: string; description: string }[] {
  const used = new Set(Object.values(paths).map(tagOf));
  return TAGS.filter(([name]) => used.has(name)).map(([name, description]) => ({ name, description }));
}

/** By tag; within one as the modules and their controllers stand in the application. */
export function inReadingOrder(paths: Paths): Paths {
  const order = TAGS.map(([name]) => name);
  const rank = (path: Path): number => order.indexOf(tagOf(path));
  return Object.fromEntries(Object.entries(paths).sort(([, a], [, b]) => rank(a) - rank(b)));
}

const tagOf = (path: Path): string => operationsOf(path)[0]?.tags?.[0] ?? '';
