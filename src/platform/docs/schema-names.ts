import type { ContentObject, OpenAPIObject, SchemaObject } from '@nestjs/swagger';

const SUFFIX = /Dto$/;
const REFERENCE = /("#\/components\/schemas\/\w+?)Dto"/g;

/** The same document with schemas named as its readers would name them: `Profile`, where the code says `ProfileDto`. */
export function withPlainNames(document: OpenAPIObject): OpenAPIObject {
  // Through JSON: it drops what is undefined, as the answers of the API do.
  const plain = JSON.parse(JSON.stringify(document).replaceAll(REFERENCE, '$1"')) as OpenAPIObject;
  const { schemas = {} } = plain.components ?? {};
  const renamed = Object.entries(schemas).map(([name, schema]) => [name.replace(SUFFIX, ''), schema] as const);
  refuseTwins(renamed.map(([name]) => name));
  return { ...plain, components: { ...plain.components, schemas: Object.fromEntries(renamed) } };
}

/** The named schema of a body; undefined when it has none. */
export function namedSchemaOf(content: ContentObject | undefined, document: OpenAPIObject): SchemaObject | undefined {
  const [media] = Object.values(content ?? {});
  const name = String((media?.schema as { $ref?: string } | undefined)?.$ref)
    .split('/')
    .at(-1);
  return document.components?.schemas?.[String(name)] as SchemaObject | undefined;
}

function refuseTwins(names: readonly string[]): void {
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin) throw new Error(`Two schemas would be named ${twin} in the document: name one of them otherwise.`);
}
