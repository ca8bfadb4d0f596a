import { connect } from 'node:net';
import { type EdgeApp, SampleController, startEdge } from '../../../test/support/edge-app.js';
import { eventually } from '../../../test/support/eventually.js';

const MEGABYTE = 1024 * 1024;
const MULTIPART = { 'content-type': 'multipart/form-data; boundary=x' };

const file = (bytes: number, name = 'picture'): Part => ({ name, value: new Blob([Buffer.alloc(bytes)]) });
const field = (name: string, value = 'x'): Part => ({ name, value });

interface Part {
  readonly name: string;
  readonly value: string | Blob;
}

function formOf(...parts: readonly Part[]): FormData {
  const form = new FormData();
  for (const { name, value } of parts) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, 'a.png');
  }
  return form;
}

/** A form of our own making; `content` is what stands in it, an empty file when left out. */
const formText = (headers = 'Content-Disposition: form-data; name="picture"; filename="a"', content = '', end = '--') =>
  `--x\r\n${headers}\r\n\r\n${content}\r\n--x${end}\r\n`;

describe('A route that takes a file', () => {
  let edge: EdgeApp;

  beforeAll(async () => {
    edge = await startEdge();
  });

  afterAll(() => edge.app.close());

  const put = (body: BodyInit, headers: Record<string, string> = {}, path = '/sample/upload') =>
    edge.fetch(path, { method: 'PUT', body, headers });
  const sending = (...parts: readonly Part[]) => put(formOf(...parts));

  /** Status, code, and the fields that are named. */
  async function refusalOf(answer: Promise<Response>): Promise<unknown> {
    const response = await answer;
    const { code, errors = [] } = (await response.json()) as { code: string; errors?: { field: string }[] };
    return [response.status, code, ...errors.map(({ field: name }) => name)];
  }

  it.each([0, 1, 100_000, 5 * MEGABYTE])('reads it whole: %i bytes', async (bytes) => {
    const response = await sending(file(bytes));
    expect([response.status, await response.json()]).toEqual([200, { bytes }]);
  });

  it('does not care what field it stands in, nor what it is called', async () => {
    expect((await sending(file(1, 'x'.repeat(80)))).status).toBe(200);
    const odd =
      'Content-Disposition: form-data; name="p"; filename="../../etc/passwd\u0007.html"\r\nContent-Type: text/html';
    expect((await put(formText(odd), MULTIPART)).status).toBe(200);
  });

  it('refuses a form without a file, and names the field', async () => {
    expect(await refusalOf(sending(field('picture')))).toEqual([422, 'request.invalid', 'picture']);
    expect(await refusalOf(put('--x--\r\n', MULTIPART))).toEqual([422, 'request.invalid', 'picture']);
  });

  it('refuses anything beside the file, and names it', async () => {
    expect(await refusalOf(sending(file(1), field('note')))).toEqual([422, 'request.invalid', 'note']);
    expect(await refusalOf(sending(field('note'), file(4 * MEGABYTE)))).toEqual([422, 'request.invalid', 'note']);
    expect(await refusalOf(sending(file(1), file(4 * MEGABYTE, 'second')))).toEqual([422, 'request.invalid', 'second']);
    const many = Array.from({ length: 2_000 }, (_, index) => field(`f${index}`));
    expect(await refusalOf(sending(file(1), ...many))).toEqual([422, 'request.invalid', 'f0']);
    expect(await refusalOf(sending(file(1), field('note', 'x'.repeat(4 * MEGABYTE))))).toEqual([
      422,
      'request.invalid',
      'note',
    ]);
  });

  it('refuses more than 5 MB, told or untold', async () => {
    expect(await refusalOf(sending(file(5 * MEGABYTE + 1)))).toEqual([413, 'request.too_large']);
    expect(await refusalOf(sending(file(8 * MEGABYTE)))).toEqual([413, 'request.too_large']);
    const body = new Blob([formText().slice(0, -7), Buffer.alloc(6 * MEGABYTE), '\r\n--x--\r\n']).stream();
    const untold = { method: 'PUT', headers: MULTIPART, body, duplex: 'half' } as RequestInit;
    expect(await refusalOf(edge.fetch('/sample/upload', untold))).toEqual([413, 'request.too_large']);
  });

  it('does not wait for a body that says itself that it is too long', async () => {
    const lines = ['PUT /sample/upload HTTP/1.1', 'Host: a', 'Content-Length: 9000000', 'Connection: close'];
    const head = [...lines, `Content-Type: ${MULTIPART['content-type']}`, '', ''].join('\r\n');
    expect(await firstWords(edge.port, head)).toMatch(/^HTTP\/1.1 413 /);
  });

  it.each([
    ['no boundary', 400, formText(), { 'content-type': 'multipart/form-data' }],
    ['another boundary', 400, formText(), { 'content-type': 'multipart/form-data; boundary=other' }],
    ['no end', 400, formText(undefined, 'abc', ''), MULTIPART],
    ['an end in the middle of a part', 400, formText(undefined, 'abc').slice(0, -9), MULTIPART],
    ['an end in the middle of a header', 400, formText().slice(0, 20), MULTIPART],
    ['no form', 400, 'hello', MULTIPART],
    [
      'a name of a prototype',
      400,
      formText('Content-Disposition: form-data; name="__proto__"; filename="a"'),
      MULTIPART,
    ],
    ['JSON', 415, '{}', { 'content-type': 'application/json' }],
    ['the file itself', 415, 'PNG', { 'content-type': 'image/png' }],
  ])('refuses %s with %i', async (_, status, body, headers) => {
    const response = await put(body, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  });

  it('survives headers of a part that are out of all measure', async () => {
    const long = `Content-Disposition: form-data; name="picture"; filename="${'x'.repeat(100_000)}"`;
    const many = `${'X-A: 1\r\n'.repeat(10_000)}Content-Disposition: form-data; name="picture"; filename="a"`;
    for (const headers of [long, many]) {
      expect((await put(formText(headers), MULTIPART)).status).toBeLessThan(500);
    }
  });

  it('reads nothing for whoever is refused before, and answers them all the same', async () => {
    for (let round = 0; round < 3; round += 1) {
      const answer = put(formOf(file(4 * MEGABYTE)), {}, '/sample/closed');
      expect(await refusalOf(answer)).toEqual([422, 'request.invalid']);
    }
  });

  const beginning = (path: string, bytes: number) =>
    [
      `PUT /sample/${path} HTTP/1.1`,
      'Host: a',
      'Content-Length: 4000000',
      `Content-Type: ${MULTIPART['content-type']}`,
      '',
      formText().slice(0, -7) + 'x'.repeat(bytes),
    ].join('\r\n');

  it('lets a request that breaks off half-way go', async () => {
    const connections = () =>
      new Promise<number>((resolve) => edge.app.getHttpServer().getConnections((_, count) => resolve(count)));
    const before = await connections();
    await Promise.all(Array.from({ length: 10 }, () => breakingOff(edge.port, beginning('upload', 100_000))));
    await eventually(async () => expect(await connections()).toBeLessThanOrEqual(before));
    expect((await sending(file(1))).status).toBe(200);
  });

  it('waits for nothing from whoever has gone before it read', async () => {
    await breakingOff(edge.port, beginning('late', 1_000));
    const controller = edge.app.get(SampleController);
    await eventually(async () => expect(controller.late).toBeDefined());
    await expect(controller.late).rejects.toMatchObject({ message: 'request.malformed' });
  });

  it('is the only one: a form is an unsupported type elsewhere', async () => {
    for (const path of ['/sample', '/sample/code']) {
      const answer = edge.fetch(path, { method: 'POST', body: formOf(file(1)) });
      expect(await refusalOf(answer)).toEqual([415, 'request.unsupported_media_type']);
    }
  });

  it('takes no more JSON than any other', async () => {
    const body = JSON.stringify('x'.repeat(65 * 1024));
    expect((await put(body, { 'content-type': 'application/json' })).status).toBe(413);
  });

  it('logs none of this as a fault of ours', () => {
    expect(edge.lines.filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([]);
  });
});

/** Sends these bytes and breaks the connection. */
function breakingOff(port: number, bytes: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, () => socket.resetAndDestroy()));
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

/** What the server answers first; the connection is broken then. */
function firstWords(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('utf8');
    socket.on('error', reject);
    socket.once('data', (words: string) => {
      socket.destroy();
      resolve(words);
    });
  });
}
