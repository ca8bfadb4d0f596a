import { connect } from 'node:net';
import { checkAnywhere } from '../../../test/support/contract.js';
import { type EdgeApp, startEdge } from '../../../test/support/edge-app.js';

describe('What clients must not send', () => {
  let edge: EdgeApp;

  beforeAll(async () => {
    edge = await startEdge();
  });

  afterAll(() => edge.app.close());

  const JSON_TYPE = { 'content-type': 'application/json' };
  const post = (body: string, headers: Record<string, string> = JSON_TYPE) =>
    edge.fetch('/sample', { method: 'POST', body: Buffer.from(body), headers });

  async function expectProblem(response: Response, status: number): Promise<void> {
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const problem = JSON.parse(text) as Record<string, unknown>;
    expect(problem).toMatchObject({ status, instance: `urn:latchkey:request:${response.headers.get('x-request-id')}` });
    expect(problem.type).toBe(`urn:latchkey:error:${problem.code as string}`);
    expect(text.length).toBeLessThan(6_000);
  }

  const nested = (depth: number): string => `{"phone":${'['.repeat(depth)}1${']'.repeat(depth)}}`;
  const phone = (text: string): string => JSON.stringify({ phone: text });
  const beside = (field: string): string => `{"phone":"+79121234567",${field}}`;

  it.each([
    ['malformed JSON', 400, '{"phone":'],
    ['an empty body', 400, ''],
    ['a word', 422, '"phone"'],
    ['a number', 422, '1'],
    ['null', 422, 'null'],
    ['an array', 422, '[{"phone":"+79121234567"}]'],
    ['a number for a text', 422, '{"phone":79121234567}'],
    ['an object for a text', 422, '{"phone":{"$gt":""}}'],
    ['an array for a text', 422, '{"phone":["+79121234567"]}'],
    ['null for a text', 422, '{"phone":null}'],
    ['null for an optional text', 422, beside('"region":null')],
    ['a text for an object', 422, beside('"inner":"x"')],
    ['an array for an object', 422, beside('"inner":[1]')],
    ['a NUL', 422, phone('+7912\u0000123')],
    ['a NUL in a name', 422, beside('"a\\u0000":1')],
    ['a lone surrogate', 422, '{"phone":"+7912\\ud800123"}'],
    ['a lone surrogate in an unknown place', 422, beside('"x":["\\udc00"]')],
    ['10 000 characters', 422, phone('1'.repeat(10_000))],
    ['a name of 10 000 characters', 422, beside(`"${'x'.repeat(10_000)}":1`)],
    ['deep nesting', 422, nested(9)],
    ['very deep nesting', 422, nested(20_000)],
    ['many values', 422, beside(`"list":[${'0,'.repeat(1_000)}0]`)],
    ['many unknown fields', 422, beside(Array.from({ length: 900 }, (_, i) => `"f${i}":1`).join(','))],
    ['an unknown field', 422, beside('"admin":true')],
    ['an unknown inner field', 422, beside('"inner":{"phone":"+79121234567","admin":1}')],
    ['a prototype', 400, beside('"__proto__":{"admin":true}')],
    ['a constructor', 422, beside('"constructor":1')],
    ['a body of 65 KiB', 413, phone('x'.repeat(65 * 1024))],
  ])('answers %s with the problem %i', async (_, status, body) => {
    await expectProblem(await post(body), status);
  });

  it.each([
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a file', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['a nonsensical content type', { 'content-type': 'json' }],
    ['no content type', {}],
  ])('answers %s with the problem 415', async (_, headers: Record<string, string>) => {
    await expectProblem(await post('{"phone":"+79121234567"}', headers), 415);
  });

  it.each([
    ['a wrong method', 405, 'DELETE', '/sample'],
    ['an unknown address', 404, 'GET', '/nowhere?phone=%2B79121234567'],
    ['an address with a slash too many', 404, 'GET', '/sample/a/'],
    ['a NUL in the path', 422, 'GET', '/sample/a%00'],
    ['a bad percent-encoding', 400, 'GET', '/sample/%zz'],
    ['bad UTF-8 in the path', 400, 'GET', '/sample/%ff'],
    ['a very long id', 404, 'GET', `/sample/${'x'.repeat(200)}`],
    ['a bad query', 422, 'GET', '/sample/a?limit=many'],
    ['a query that repeats a parameter', 422, 'GET', '/sample/a?limit=1&limit=2'],
    ['a NUL in the query', 422, 'GET', '/sample/a?limit=%00'],
    ['a prototype in the query', 422, 'GET', '/sample/a?__proto__=1'],
  ])('answers %s with the problem %i', async (_, status, method, path) => {
    await expectProblem(await edge.fetch(path, { method }), status);
  });

  it.each([
    ['a header of 20 KiB', 431, `GET /sample/a HTTP/1.1\r\nHost: a\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`],
    ['something that is not HTTP', 400, 'HELO there\r\n\r\n'],
    ['an unknown method', 400, 'BREW /sample HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['two lengths', 400, 'POST /sample HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'],
    ['no host', 400, 'GET /sample/a HTTP/1.1\r\n\r\n'],
    ['an address that cannot be decoded', 400, 'GET /sample/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
  ])('answers %s with a problem that may be answered anywhere: %i', async (_, status, bytes) => {
    expect(answersIn(await exchange(edge.port, bytes)).map(checkedAnywhere)).toEqual([status]);
  });

  it('does not repeat a request to whoever asks by TRACE (ASVS 13.4.4)', async () => {
    const answer = await exchange(edge.port, 'TRACE /sample/a HTTP/1.1\r\nHost: a\r\nX-Secret: hidden\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 405 /);
    expect(answer).not.toContain('hidden');
  });

  it('does not say what the service is made of (ASVS 13.4.6)', async () => {
    const { headers } = await edge.fetch('/sample/a');
    expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null]);
  });

  it('passes over what a client expects that nobody knows', async () => {
    const answer = await exchange(
      edge.port,
      'GET /sample/a HTTP/1.1\r\nHost: a\r\nExpect: x\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  });

  it('asks for no host in HTTP/1.0, which had none', async () => {
    expect(await exchange(edge.port, 'GET /sample/a HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 /);
  });

  it('answers once when the body of a request is broken that has been answered: one answer more would be for the next', async () => {
    const head = 'POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
    const answers = answersIn(await exchange(edge.port, head, 'no length\r\n'));
    expect(answers.map(checkedAnywhere)).toEqual([404]);
  });

  it('ends the connection when something that is not HTTP comes while a request waits: an answer would be for that', async () => {
    const waiting =
      'PUT /sample/late HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n\r\n';
    expect(await exchange(edge.port, `${waiting}--x--HELO there\r\n\r\n`)).toBe('');
  });

  it.each([
    ['malformed JSON', '{', JSON_TYPE],
    ['another type', 'x', { 'content-type': 'text/plain' }],
    ['a body of 65 KiB', phone('x'.repeat(65 * 1024)), JSON_TYPE],
  ])('reads no %s that is sent to nowhere', async (_, body, headers) => {
    await expectProblem(await edge.fetch('/nowhere', { method: 'POST', body, headers }), 404);
  });

  it('is still there after all of it', async () => {
    expect((await edge.fetch('/sample/a')).status).toBe(200);
    expect(edge.lines.filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([]);
  });
});

/** Each answer of a connection, with its head. */
const answersIn = (text: string): string[] => text.split(/(?=^HTTP\/1\.1 )/m).filter(Boolean);

/** The status of an answer that the contract lists for any address. */
function checkedAnywhere(answer: string): number {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const [line = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((each) => each.split(': ') as [string, string]));
  const status = Number(line.split(' ')[1]);
  checkAnywhere({ method: 'get', path: '/', status, headers, body: JSON.parse(body) as unknown });
  return status;
}

/** Everything the server writes back before it closes the connection. @param behind what is sent once it has begun to */
function exchange(port: number, bytes: string, behind?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => (behind === undefined ? socket.end(bytes) : socket.write(bytes)));
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (answer += chunk));
    if (behind !== undefined) socket.once('data', () => socket.end(behind));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}
