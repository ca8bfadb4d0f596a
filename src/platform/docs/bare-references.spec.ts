import { bareReferences } from './bare-references.js';

const $ref = '#/components/schemas/Profile';

describe('A reference that has a description', () => {
  const of = (schema: object): object => {
    const document = { components: { schemas: { Tokens: { properties: { user: schema } } } } };
    bareReferences(document);
    return document.components.schemas.Tokens.properties.user;
  };

  it('stands beside it, in no list of one', () => {
    expect(of({ description: 'Who is signed in.', allOf: [{ $ref }] })).toEqual({
      description: 'Who is signed in.',
      $ref,
    });
  });

  it('stays in a list that holds more, or no reference', () => {
    for (const schema of [{ allOf: [{ $ref }, { type: 'object' }] }, { allOf: [{ type: 'object' }] }, { type: 'null' }])
      expect(of({ ...schema })).toEqual(schema);
  });
});
