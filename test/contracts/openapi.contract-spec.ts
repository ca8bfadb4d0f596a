import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { closed, componentsOf } from '../support/closed-schema.js';
import {
  bodiesOf,
  type Document,
  operationsOf,
  type Property,
  propertiesOf,
  responsesOf,
} from '../support/document.js';

const document = parse(readFileSync(join(import.meta.dirname, '../../openapi.yaml'), 'utf8')) as Document;
const operations = operationsOf(document);
const sent = propertiesOf(document, 'requests');
const answered = propertiesOf(document, 'answers');
const parameters = operations.flatMap(({ id, parameters: own }) =>
  own.map((each) => ({ at: `${id} ${each.name}`, ...each })),
);
const responses = responsesOf(document);
const bodies = bodiesOf(document);

const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true, logger: false }));
ajv.addSchema(componentsOf(document.components.schemas));

/** Where the rule does not hold; each of these tests wants none. */
const offenders = <Item extends { readonly at: string }>(
  items: readonly Item[],
  holds: (item: Item) => unknown,
): string[] => {
  // A rule over nothing holds always.
  expect(items.length).toBeGreaterThan(0);
  return items.filter((item) => !holds(item)).map(({ at }) => at);
};

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
const has = (property: Property, ...keywords: string[]): boolean =>
  keywords.some((keyword) => keyword in property.schema);
const isOf = (type: string) => (property: Property) => [property.schema.type].flat().includes(type);

describe('In the contract', () => {
  describe('every operation', () => {
    const named = operations.map((operation) => ({ at: `${operation.method} ${operation.path}`, ...operation }));

    it.each(['summary', 'description'] as const)('has a %s', (name) => {
      expect(offenders(named, (operation) => isText(operation[name]))).toEqual([]);
    });

    it('says more than who may call it', () => {
      expect(offenders(named, ({ description = '' }) => description.includes('\n\n'))).toEqual([]);
    });

    it('has a tag that is described', () => {
      const described = document.tags.filter(({ description }) => isText(description)).map(({ name }) => name);
      expect(offenders(named, ({ tags }) => tags.length === 1 && described.includes(String(tags[0])))).toEqual([]);
    });

    it('has an id of its own, in camelCase', () => {
      expect(offenders(named, ({ id }) => /^[a-z]+([A-Z][a-z]+)*$/.test(id))).toEqual([]);
      expect(new Set(named.map(({ id }) => id)).size).toBe(named.length);
    });
  });

  describe('every parameter', () => {
    it('is described', () => {
      expect(offenders(parameters, ({ description }) => isText(description))).toEqual([]);
    });

    it('has an example that is valid', () => {
      const shown = ({ schema, example }: (typeof parameters)[number]) => example ?? (schema.examples as unknown[])[0];
      expect(offenders(parameters, (each) => ajv.validate(closed(each.schema), shown(each)))).toEqual([]);
    });

    it('fills in no example where it may be left out', () => {
      const optional = parameters.filter(({ required }) => !required);
      expect(offenders(optional, ({ example, schema }) => example === undefined && !('example' in schema))).toEqual([]);
    });
  });

  describe('every answer', () => {
    it('is described', () => {
      expect(offenders(responses, ({ response }) => isText(response.description))).toEqual([]);
    });

    it('of success says what it holds', () => {
      const full = responses.filter(({ status, response }) => status.startsWith('2') && response.content);
      expect(offenders(full, ({ response }) => !/^(Done|Made|Taken)\b/.test(response.description ?? ''))).toEqual([]);
    });

    it('has the id of its request, and says whether it may be kept', () => {
      const names = ['X-Request-Id', 'Cache-Control'];
      expect(offenders(responses, ({ response }) => names.every((name) => name in (response.headers ?? {})))).toEqual(
        [],
      );
    });

    it.each([
      ['401', ['WWW-Authenticate']],
      ['429', ['Retry-After', 'RateLimit', 'RateLimit-Policy']],
      ['405', ['Allow']],
    ])('of %s has the headers that say how to go on', (status, names) => {
      const those = responses.filter((each) => each.status === status);
      expect(offenders(those, ({ response }) => names.every((name) => name in (response.headers ?? {})))).toEqual([]);
    });
  });

  describe('every body', () => {
    it('has an example', () => {
      expect(offenders(bodies, ({ examples }) => examples.length > 0)).toEqual([]);
    });

    it('has examples that are valid, and hold nothing unknown', () => {
      const valid = ({ schema, examples }: (typeof bodies)[number]) =>
        examples.every((example) => ajv.validate(closed(schema), example));
      expect(offenders(bodies, valid)).toEqual([]);
    });

    it('of a problem has an example for each code', () => {
      const problems = bodies.filter(({ codes }) => codes.length > 0);
      const shown = ({ examples }: (typeof bodies)[number]) =>
        examples.map((example) => (example as { code: string }).code);
      expect(offenders(problems, (each) => shown(each).join() === each.codes.join())).toEqual([]);
    });
  });

  describe('every schema', () => {
    const schemas = Object.entries(document.components.schemas).map(([name, schema]) => ({ at: name, schema }));

    it('is named as its readers would name it', () => {
      expect(offenders(schemas, ({ at }) => /^[A-Z]/.test(at) && !at.endsWith('Dto'))).toEqual([]);
    });
  });

  describe('every field', () => {
    it('is described', () => {
      expect(offenders([...sent, ...answered], ({ schema }) => isText(schema.description))).toEqual([]);
    });

    it('of text that is sent has a limit', () => {
      const limited = (each: Property) => has(each, 'maxLength', 'pattern', 'enum', 'format');
      expect(offenders(sent.filter(isOf('string')), limited)).toEqual([]);
    });

    it('of text that is answered tells its form', () => {
      const formed = (each: Property) => has(each, 'format', 'pattern', 'enum', 'maxLength', 'example');
      expect(offenders(answered.filter(isOf('string')), formed)).toEqual([]);
    });

    it('of whole numbers tells the least', () => {
      expect(offenders([...sent, ...answered].filter(isOf('integer')), (each) => has(each, 'minimum', 'enum'))).toEqual(
        [],
      );
    });

    it('of lists that are sent tells how many it takes', () => {
      // There are none at the moment.
      expect(sent.filter(isOf('array')).filter((each) => !has(each, 'maxItems'))).toEqual([]);
    });
  });
});
