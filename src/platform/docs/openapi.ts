import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { stringify } from 'yaml';
import { describeEdge } from './edge-errors.js';
import { PROJECT_ROOT } from '../../common/project-root.js';

const DESCRIPTION = [
  'Phone sign-in and invite codes.',
  'Every refusal is `application/problem+json` (RFC 9457); `code` is for programs, `title` for people, and `instance`',
  'holds the request id that `X-Request-Id` returns.',
].join(' ');

/** In the order in which a reader wants them. Tags that no operation has are left out. */
const TAGS: readonly (readonly [string, string])[] = [
  ['Auth', 'Signing in: by a one-time code or by a password'],
  ['Users', 'One’s own account: profile, contacts, password, devices'],
  ['Administration', 'What staff do: finding and changing people, and the audit log'],
  ['Referrals', 'Invite codes and who invited whom'],
  ['Messages', 'The trail of what was sent'],
  ['QA', 'The message inbox'],
  ['Operations', 'Health and metrics'],
];

/** The contract, read from a built application: summaries come from comments that only the built tree still has. */
export function buildOpenApiDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, bareDocument(), { operationIdFactory: operationId });
  const used = new Set(operationsOf(document).flatMap(({ tags = [] }) => tags));
  document.tags = TAGS.filter(([name]) => used.has(name)).map(([name, description]) => ({ name, description }));
  document.paths = sorted(document.paths);
  describeEdge(document);
  const { openapi, info, servers, tags, security, paths, components = {} } = document;
  const { contact: _empty, ...about } = info;
  return { openapi, info: about, servers, tags, security, paths, components: sortedComponents(components) };
}

function sortedComponents({ schemas = {}, responses = {}, ...rest }: ComponentsObject): ComponentsObject {
  return { ...rest, responses: sorted(responses), schemas: sorted(schemas) };
}

/** The document as text; the same document is always the same text. */
export const toYaml = (document: OpenAPIObject): string =>
  // Through JSON: it drops what is undefined, as the answers of the API do.
  stringify(JSON.parse(JSON.stringify(document)), { lineWidth: 0, aliasDuplicateObjects: false });

function bareDocument(): Omit<OpenAPIObject, 'paths'> {
  const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as { version: string };
  return new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Latchkey')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'The access token' })
    .addSecurityRequirements('bearer')
    .build();
}

function operationId(controller: string, method: string): string {
  const name = controller.replace(/Controller$/, '');
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}_${method}`;
}

type ComponentsObject = NonNullable<OpenAPIObject['components']>;

const operationsOf = (document: OpenAPIObject): { tags?: string[] }[] =>
  Object.values(document.paths).flatMap((path) => Object.values(path) as { tags?: string[] }[]);

function sorted<Value>(record: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
