import type { OpenAPIObject, OperationObject, ParameterObject, RequestBodyObject } from '@nestjs/swagger';
import { FRESH_NOTE, ROLES_NOTE } from '../../common/http/access.decorators.js';
import type { Role } from '../../common/role.js';
import { operationsOf } from './reading-order.js';
import { namedSchemaOf } from './schema-names.js';

const NAMES: Readonly<Record<Role, string>> = { user: 'users', moderator: 'moderators', admin: 'administrators' };

/** Who may call an operation, by the scheme that lets them through. */
const BY_SCHEME: Readonly<Record<string, string>> = {
  opsToken: 'Takes `OPS_TOKEN` as a Bearer token where one is set, which production requires.',
  qaInboxToken: 'Needs `QA_INBOX_TOKEN` as a Bearer token where one is set; in production there is no inbox without.',
};

const FRESH = 'Needs a sign-in of the last 10 minutes; refreshing the tokens does not renew it.';
const FRESH_OR_PASSWORD = `${FRESH} After them, \`currentPassword\` has to be sent.`;
const REPEATABLE = 'May be repeated under the same `Idempotency-Key`: what was done is not done again.';

/** What routes note of themselves, for {@link describeAccess} alone. */
type Noted = OperationObject & { [ROLES_NOTE]?: readonly Role[]; [FRESH_NOTE]?: true };

/** Ends the description of every operation by who may call it, and whether it may be repeated. */
export function describeAccess(document: OpenAPIObject): void {
  for (const operation of Object.values(document.paths).flatMap(operationsOf) as Noted[]) {
    const sentences = [whoMay(operation, document), isRepeatable(operation) ? REPEATABLE : ''].filter(Boolean);
    operation.description = [operation.description, sentences.join(' ')].filter(Boolean).join('\n\n');
    delete operation[ROLES_NOTE];
    delete operation[FRESH_NOTE];
  }
}

function whoMay(operation: Noted, document: OpenAPIObject): string {
  const { [ROLES_NOTE]: roles, [FRESH_NOTE]: fresh } = operation;
  if (roles) return `For ${roles.map((role) => NAMES[role]).join(' and ')}.`;
  if (fresh) return takesPassword(operation, document) ? FRESH_OR_PASSWORD : FRESH;
  return bySecurity(operation, document);
}

function bySecurity({ security }: OperationObject, document: OpenAPIObject): string {
  const schemes = (security ?? document.security ?? []).flatMap((requirement) => Object.keys(requirement));
  if (schemes.length === 0) return 'Needs no sign-in.';
  return BY_SCHEME[schemes[0] ?? ''] ?? 'Needs a sign-in.';
}

function takesPassword({ requestBody }: OperationObject, document: OpenAPIObject): boolean {
  const schema = namedSchemaOf((requestBody as RequestBodyObject | undefined)?.content, document);
  return schema?.properties?.currentPassword !== undefined;
}

const isRepeatable = ({ parameters = [] }: OperationObject): boolean =>
  (parameters as ParameterObject[]).some(({ name }) => name === 'Idempotency-Key');
