import type { MediaTypeObject, OpenAPIObject, OperationObject, ParameterObject } from '@nestjs/swagger';
import { operationsOf } from '../reading-order.js';
import { ExampleComposer, type Side } from './composer.js';
import type { Schema } from './leaves.js';

type Content = Readonly<Record<string, MediaTypeObject>>;

/** Gives every parameter, every body that is sent and every body that is answered an example, made from those of its fields. */
export function addExamples(document: OpenAPIObject): void {
  const composer = new ExampleComposer(document.components?.schemas ?? {});
  for (const operation of Object.values(document.paths).flatMap(operationsOf)) exemplify(operation, composer);
}

function exemplify(operation: OperationObject, composer: ExampleComposer): void {
  for (const parameter of operation.parameters ?? []) exemplifyParameter(parameter as ParameterObject, composer);
  exemplifyContent(operation.requestBody as { content?: Content } | undefined, { composer, side: 'request' });
  for (const response of Object.values(operation.responses)) {
    exemplifyContent(response as { content?: Content }, { composer, side: 'answer' });
  }
}

/**
 * Pages that try operations out fill in the `example` of a parameter. An optional one that is filled in asks for something else than its
 * absence, so its example stands where only people read it.
 */
function exemplifyParameter(parameter: ParameterObject, composer: ExampleComposer): void {
  const { example, ...schema } = (parameter.schema ?? {}) as Schema;
  const shown: unknown = parameter.example ?? example ?? composer.of(schema, 'request', parameter.name);
  delete parameter.example;
  parameter.schema = { ...schema, ...(!parameter.required && { examples: [shown] }) } as ParameterObject['schema'];
  if (parameter.required) parameter.example = shown;
}

function exemplifyContent(
  { content = {} }: { readonly content?: Content } = {},
  { composer, side }: { readonly composer: ExampleComposer; readonly side: Side },
): void {
  for (const media of Object.values(content)) {
    if (!media.schema || media.examples || holdsFile(media.schema)) continue;
    const schema = media.schema as Schema;
    const alternatives = composer.alternativesOf(schema, side);
    if (alternatives.length > 0) {
      media.examples = Object.fromEntries(
        alternatives.map(({ title, value }) => [keyOf(title), { summary: title, value }]),
      );
    } else {
      media.example = completed(composer.of(schema, side), media.example);
    }
  }
}

/** What a route tells of its own example is put over that of its fields. */
function completed(composed: unknown, told: unknown): unknown {
  if (!isRecord(composed) || !isRecord(told)) return told === undefined ? composed : told;
  const over = Object.entries(told).map(([name, value]) => [name, completed(composed[name], value)] as const);
  return { ...composed, ...Object.fromEntries(over) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** No text shows the bytes of a file. */
const holdsFile = ({ properties = {} }: Schema): boolean =>
  Object.values(properties).some(({ format }) => format === 'binary');

/** `By e-mail` as a name: `byEmail`. */
const keyOf = (title: string): string =>
  title
    .replaceAll('-', '')
    .toLowerCase()
    .replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
