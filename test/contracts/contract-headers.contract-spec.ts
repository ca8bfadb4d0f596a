import { type Contract, ContractChecker } from '../support/contract.js';
import type { SentHeaders } from '../support/contract-headers.js';

const integer = { type: 'integer', minimum: 1 };

const contract: Contract = {
  paths: {
    '/limited': {
      get: {
        operationId: 'readLimited',
        responses: {
          200: {},
          303: {
            headers: { Location: { required: true, schema: { type: 'string', format: 'uri' } }, 'Set-Cookie': {} },
          },
          429: { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } },
        },
      },
    },
  },
  components: { headers: { RetryAfter: { required: true, schema: integer } } },
};

describe('The contract checker, of headers', () => {
  const checker = new ContractChecker(contract);
  const check = (status: number, headers: SentHeaders) => () =>
    checker.check({ method: 'get', path: '/limited', status, headers });
  const there = { location: 'https://id.example/login' };

  it.each<[string, number, Record<string, unknown>]>([
    ['what is required and right', 429, { 'retry-after': '20' }],
    ['what need not be there', 303, there],
    ['several of one name', 303, { ...there, 'set-cookie': ['a=1', 'b=2'] }],
    ['what HTTP, browsers and CORS need', 200, { date: 'x', 'x-frame-options': 'DENY', 'access-control-max-age': '1' }],
  ])('lets pass %s', (_, status, headers) => {
    expect(check(status, headers)).not.toThrow();
  });

  it.each<[string, number, Record<string, unknown>, RegExp]>([
    ['a required one that is missing', 429, {}, /429 of GET .*lacks the header retry-after/],
    ['a text in place of a number', 429, { 'retry-after': 'soon' }, /wrong retry-after.*integer/],
    ['nothing in place of a number', 429, { 'retry-after': '' }, /wrong retry-after.*integer/],
    ['a number that is too small', 429, { 'retry-after': '0' }, /wrong retry-after.*>= 1/],
    ['a wrong format', 303, { location: 'somewhere' }, /wrong location.*uri/],
    ['one that is documented for another answer', 200, { 'retry-after': '1' }, /retry-after, which the contract/],
    ['one that nobody knows', 200, { 'x-secret': '1' }, /x-secret, which the contract does not list/],
  ])('refuses %s', (_, status, headers, message) => {
    expect(check(status, headers)).toThrow(message);
  });

  it('takes headers as fetch has them', () => {
    expect(() => check(303, new Headers(there))()).not.toThrow();
    expect(() => check(303, new Headers({ ...there, 'x-secret': '1' }))()).toThrow(/x-secret/);
  });
});
