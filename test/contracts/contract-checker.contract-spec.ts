import type { Schema } from '../support/closed-schema.js';
import { type Contract, ContractChecker, type Exchange } from '../support/contract.js';

const jsonOf = (schema: Schema) => ({ content: { 'application/json': { schema } } });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

const contract: Contract = {
  paths: {
    '/api/v1/people/{id}': {
      get: { operationId: 'readPerson', responses: { 200: jsonOf(ref('Person')) } },
      delete: { operationId: 'deletePerson', responses: { 204: {} } },
    },
    '/api/v1/people/me': {
      get: { operationId: 'readMe', responses: { 200: jsonOf({ type: 'array', items: ref('Person') }) } },
    },
    '/api/v1/codes': {
      post: {
        operationId: 'giveCode',
        responses: {
          503: { $ref: '#/components/responses/Away' },
          401: {
            content: {
              'application/problem+json': {
                schema: {
                  allOf: [ref('Problem'), { type: 'object', properties: { attemptsLeft: { type: 'integer' } } }],
                },
              },
            },
          },
        },
      },
    },
  },
  'x-anywhere': { 404: { $ref: '#/components/responses/Away' } },
  components: {
    responses: { Away: { content: { 'application/problem+json': { schema: ref('Problem') } } } },
    schemas: {
      Person: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: 'string', format: 'uuid' },
          inviter: { anyOf: [ref('Person'), { type: 'null' }] },
          labels: { type: 'object', additionalProperties: { type: 'string' } },
        },
      },
      Problem: { type: 'object', required: ['code'], properties: { code: { type: 'string' } } },
    },
  },
};

describe('The contract checker', () => {
  const checker = new ContractChecker(contract);
  const id = '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a';
  const check = (changes: Partial<Exchange>) => () =>
    checker.check({
      method: 'get',
      path: `/api/v1/people/${id}?x=1`,
      status: 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: { id },
      ...changes,
    });
  const problem = { headers: new Headers({ 'content-type': 'application/problem+json' }) };

  it.each<[string, Partial<Exchange>]>([
    ['what is described', {}],
    ['an inner value', { body: { id, inviter: { id, inviter: null } } }],
    ['names that the schema leaves open', { body: { id, labels: { any: 'x' } } }],
    ['a literal path before a pattern', { path: '/api/v1/people/me', body: [{ id }] }],
    [
      'a pattern where the literal path has no such method',
      { method: 'DELETE', path: '/api/v1/people/me', status: 204, body: '', headers: {} },
    ],
    ['an empty answer', { method: 'DELETE', status: 204, body: '', headers: {} }],
    ['what GET would answer, without the body, to HEAD', { method: 'HEAD', body: '' }],
    [
      'a composed schema',
      { ...problem, method: 'POST', path: '/api/v1/codes', status: 401, body: { code: 'x', attemptsLeft: 1 } },
    ],
    ['a shared response', { ...problem, method: 'POST', path: '/api/v1/codes', status: 503, body: { code: 'x' } }],
    ['a problem at an unknown address', { ...problem, path: '/nowhere', status: 404, body: { code: 'x' } }],
  ])('lets %s pass', (_, changes) => {
    expect(check(changes)).not.toThrow();
  });

  it('tells which of the described answers it was', () => {
    expect(check({})()).toEqual({ operationId: 'readPerson', status: 200 });
    const refused = { ...problem, method: 'POST', path: '/api/v1/codes', status: 401, body: { code: 'x' } };
    expect(check(refused)()).toEqual({ operationId: 'giveCode', status: 401, code: 'x' });
    const nowhere = { ...refused, path: '/nowhere', status: 404 };
    expect(check(nowhere)()).toEqual({ operationId: 'anywhere', status: 404, code: 'x' });
  });

  it.each<[string, Partial<Exchange>, RegExp]>([
    ['an unknown status', { status: 418 }, /418 of GET .*does not list \(it lists 200\)/],
    ['an unknown operation', { path: '/nowhere' }, /not in the contract/],
    ['another content type', { headers: { 'content-type': 'text/html' } }, /is text\/html/],
    ['no content type', { headers: {} }, /without a content type/],
    ['a missing field', { body: {} }, /required/],
    ['an unknown field', { body: { id, secret: 1 } }, /unevaluated.*secret/],
    ['an unknown inner field', { body: { id, inviter: { id, secret: 1 } } }, /secret/],
    ['an unknown field in a list', { path: '/api/v1/people/me', body: [{ id, secret: 1 }] }, /\/0.*secret/],
    ['a wrong format', { body: { id: 'x' } }, /uuid/],
    ['a body in an answer to HEAD', { method: 'HEAD' }, /has a body/],
    ['another content type than that of GET', { method: 'HEAD', body: '', headers: {} }, /without a content type/],
    ['a body where there is none', { method: 'DELETE', status: 204, body: { id } }, /has a body/],
    [
      'an unknown member of a problem',
      { ...problem, method: 'POST', path: '/api/v1/codes', status: 401, body: { code: 'x', a: 1 } },
      /"a"/,
    ],
  ])('refuses %s', (_, changes, message) => {
    expect(check(changes)).toThrow(message);
  });
});
