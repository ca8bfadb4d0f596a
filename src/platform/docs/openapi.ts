import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { stringify } from 'yaml';
import { projectVersion } from '../../common/project-root.js';
import { describeAccess } from './access.js';
import { describeAnswers } from './answers/answers.js';
import { bareReferences } from './bare-references.js';
import { ANYWHERE, describeEdge, edgeResponses } from './edge-errors.js';
import { addExamples } from './examples/examples.js';
import { introduction } from './introduction.js';
import { inReadingOrder, operationsOf, tagsOf } from './reading-order.js';
import { withPlainNames } from './schema-names.js';
import { joinWrappedLines } from './wrapped-lines.js';

/** The contract, read from a built application: summaries come from comments that only the built tree still has. */
export function buildOpenApiDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, bareDocument(), { operationIdFactory: operationId });
  bareReferences(document);
  const { paths: routes, components: parts = {} } = document;
  joinWrappedLines({ routes, parts });
  document.tags = tagsOf(document.paths);
  document.paths = inReadingOrder(document.paths);
  refuseTwins(document.paths);
  describeEdge(document);
  const plain = withPlainNames(document);
  describeAccess(plain);
  describeAnswers(plain);
  addExamples(plain);
  const { openapi, info, servers, tags, security, paths, components = {} } = plain;
  const about = { ...info, contact: { name: info.contact?.name } };
  const told = { openapi, info: about, servers, tags, security, paths, components: sortedComponents(components) };
  return Object.assign(told, { [ANYWHERE]: edgeResponses() });
}

/** Client generators name functions by it. */
const operationId = (_controller: string, method: string): string => method;

function refuseTwins(paths: OpenAPIObject['paths']): void {
  const ids = Object.values(paths).flatMap((path) => operationsOf(path).map((operation) => operation.operationId));
  const twin = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twin) throw new Error(`Two routes are handled by methods named ${twin}: name one of them otherwise.`);
}

function sortedComponents({ schemas = {}, responses = {}, headers = {}, ...rest }: ComponentsObject): ComponentsObject {
  return { ...rest, headers: sorted(headers), responses: sorted(responses), schemas: sorted(schemas) };
}

/** The document as text; the same document is always the same text. */
export const toYaml = (document: OpenAPIObject): string =>
  stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });

const BEARER = { type: 'http', scheme: 'bearer' } as const;

function bareDocument(): Omit<OpenAPIObject, 'paths'> {
  return (
    new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle('Latchkey')
      .setDescription(introduction())
      .setVersion(projectVersion())
      // Everybody runs their own; there is nobody else to ask.
      .setContact('The operators of this installation', '', '')
      .setLicense('MIT', 'https://opensource.org/license/mit')
      .addServer('/', 'Where this document comes from')
      .addServer('{publicUrl}', 'An installation of your own', {
        publicUrl: { default: 'http://localhost:3000', description: 'Its `PUBLIC_URL`' },
      })
      .addBearerAuth({ ...BEARER, bearerFormat: 'JWT', description: 'The `accessToken` that signing in answers.' })
      .addSecurity('opsToken', { ...BEARER, description: '`OPS_TOKEN` of the installation.' })
      .addSecurity('qaInboxToken', { ...BEARER, description: '`QA_INBOX_TOKEN` of the installation.' })
      .addSecurityRequirements('bearer')
      .build()
  );
}

type ComponentsObject = NonNullable<OpenAPIObject['components']>;

function sorted<Value>(record: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
