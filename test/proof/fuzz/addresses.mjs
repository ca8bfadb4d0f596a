import fc from 'fast-check';

const SEGMENTS = [
  'api',
  'v1',
  'v2',
  'users',
  'me',
  'auth',
  'otp',
  'health',
  'metrics',
  '.well-known',
  '..',
  '.',
  '',
  '%2e%2e',
  '%2f',
  '%00',
].concat(
  '%ff',
  '%zz',
  'API',
  'x'.repeat(300),
  '*',
  ':id',
  '{id}',
  'constructor',
  '__proto__',
  '%',
  ';a=b',
  'etc',
  '.git',
  '%D1%8F',
);
/** Those of the API, and one below which nothing is; pages have others, and are not of the contract. */
const ROOTS = ['/api/v1/', '/api/', '/health/', '/metrics/', '/.well-known/', '/i/', '/nowhere/'];

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'SEARCH',
  'LINK',
  'PURGE',
  'QUERY',
];

/** A request to an address that there is not, or by a method that it does not take: `{ method, path }`. */
export const unknownAddress = fc.record({
  method: fc.constantFrom(...METHODS),
  path: fc
    .tuple(fc.constantFrom(...ROOTS), fc.array(fc.constantFrom(...SEGMENTS), { maxLength: 6 }))
    .map(([root, segments]) => `${root}${segments.join('/')}`),
});
