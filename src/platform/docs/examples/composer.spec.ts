import { ExampleComposer } from './composer.js';
import type { Schema } from './leaves.js';

const text = (example: string): Schema => ({ type: 'string', example });
const object = (properties: Record<string, Schema>, rest: Schema = {}): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  ...rest,
});

const composer = new ExampleComposer({
  Person: object({
    name: text('Anna'),
    inviter: { anyOf: [{ $ref: '#/components/schemas/Person' }, { type: 'null' }] },
  }),
  Node: object({ id: text('a'), children: { type: 'array', items: { $ref: '#/components/schemas/Node' } } }),
  Contact: object(
    { phone: text('+79123456789'), region: text('RU'), email: text('anna@example.com'), password: text('four words') },
    {
      required: ['password'],
      oneOf: [
        { title: 'By phone', required: ['phone'] },
        { title: 'By e-mail', required: ['email'] },
      ],
      dependentRequired: { region: ['phone'] },
    },
  ),
});

describe('An example of a body', () => {
  it('is made of the examples of its fields, however deep', () => {
    const schema = object({ items: { type: 'array', items: object({ code: text('4071') }) }, next: text('b') });
    expect(composer.of(schema, 'answer')).toEqual({ items: [{ code: '4071' }], next: 'b' });
  });

  it('keeps an example that stands for the whole, also one that is null', () => {
    expect(composer.of(object({ a: text('x') }, { example: { a: 'y' } }), 'answer')).toEqual({ a: 'y' });
    expect(composer.of({ type: ['string', 'null'], example: null }, 'answer')).toBeNull();
  });

  it('shows what may be null as it is when it is not', () => {
    const schema = object({ first: { anyOf: [{ type: 'null' }, object({ a: text('x') })] } });
    expect(composer.of(schema, 'answer')).toEqual({ first: { a: 'x' } });
  });

  it('joins the parts of a schema', () => {
    expect(composer.of({ allOf: [object({ a: text('x') }), object({ b: text('y') })] }, 'answer')).toEqual({
      a: 'x',
      b: 'y',
    });
  });

  it('shows once what holds itself', () => {
    expect(composer.of({ $ref: '#/components/schemas/Node' }, 'answer')).toEqual({ id: 'a', children: [] });
    expect(composer.of({ $ref: '#/components/schemas/Person' }, 'answer')).toEqual({ name: 'Anna', inviter: null });
  });

  it('leaves a password out of a request that may go without', () => {
    const password: Schema = { ...text('four words'), format: 'password' };
    const schema = object({ code: text('4071'), currentPassword: password }, { required: [] });
    expect(composer.of(schema, 'request')).toEqual({ code: '4071' });
    expect(composer.of({ ...schema, required: ['currentPassword'] }, 'request')).toHaveProperty('currentPassword');
  });

  it('shows of an answer what is always there, and what has an example of its own', () => {
    const schema = object(
      { always: text('x'), often: text('y'), seldom: { type: 'integer' } },
      { required: ['always'] },
    );
    expect(composer.of(schema, 'answer')).toEqual({ always: 'x', often: 'y' });
    expect(composer.of(schema, 'request')).toEqual({ always: 'x', often: 'y', seldom: 1 });
  });

  it('is one for each alternative, with nothing that contradicts it', () => {
    expect(composer.alternativesOf({ $ref: '#/components/schemas/Contact' }, 'request')).toEqual([
      { title: 'By phone', value: { phone: '+79123456789', region: 'RU', password: 'four words' } },
      { title: 'By e-mail', value: { email: 'anna@example.com', password: 'four words' } },
    ]);
    expect(composer.alternativesOf({ $ref: '#/components/schemas/Node' }, 'request')).toEqual([]);
  });
});

describe('A field without an example', () => {
  it.each<[string, Schema, unknown]>([
    ['its default', { type: 'integer', minimum: 1, default: 20 }, 20],
    ['its first word', { type: 'string', enum: ['sms', 'email'] }, 'sms'],
    ['its only word', { const: 'no-store' }, 'no-store'],
    ['its least number', { type: 'integer', minimum: 0 }, 0],
    ['a UUIDv7', { type: 'string', format: 'uuid' }, '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a'],
    ['a day', { type: 'string', format: 'date' }, '2026-11-20'],
    ['null, when it may be', { type: ['string', 'null'] }, null],
  ])('shows %s', (_, schema, shown) => {
    expect(composer.of(schema, 'answer', 'field')).toBe(shown);
  });

  it('shows a time that fits those beside it', () => {
    const time: Schema = { type: 'string', format: 'date-time' };
    const shown = composer.of(object({ createdAt: time, resendAt: time, expiresAt: time }), 'answer');
    const times = Object.values(shown as Record<string, string>);
    expect(times).toEqual([...new Set(times)].sort());
    expect(times).toHaveLength(3);
  });
});
