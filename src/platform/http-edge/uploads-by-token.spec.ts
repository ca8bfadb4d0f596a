import { type EdgeApp, startEdge } from '../../../test/support/edge-app.js';

const MEGABYTE = 1024 * 1024;

describe('A route that takes a file by a token', () => {
  let edge: EdgeApp;

  beforeAll(async () => {
    edge = await startEdge();
  });

  afterAll(() => edge.app.close());

  type Part = readonly [name: string, value: string | number];

  /** A number is a file of so many bytes. */
  function formOf(parts: readonly Part[]): FormData {
    const form = new FormData();
    for (const [name, value] of parts) {
      if (typeof value === 'string') form.append(name, value);
      else form.append(name, new Blob([Buffer.alloc(value)]), 'a.png');
    }
    return form;
  }

  /** Status, and what was read or which fields are named. */
  async function sending(parts: readonly Part[], path = 'upload-by-token'): Promise<unknown> {
    const response = await edge.fetch(`/sample/${path}`, { method: 'PUT', body: formOf(parts) });
    const { bytes, errors = [] } = (await response.json()) as { bytes?: number; errors?: { field: string }[] };
    return [response.status, bytes ?? errors.map(({ field }) => field)];
  }

  it.each([0, 1, 5 * MEGABYTE])('reads the file after its token: %i bytes', async (bytes) => {
    expect(
      await sending([
        ['pass', 'sesame'],
        ['picture', bytes],
      ]),
    ).toEqual([200, bytes]);
  });

  it.each<[string, readonly Part[]]>([
    ['no token', [['picture', 4 * MEGABYTE]]],
    [
      'a wrong one',
      [
        ['pass', 'please'],
        ['picture', 4 * MEGABYTE],
      ],
    ],
    [
      'one of another name',
      [
        ['word', 'sesame'],
        ['picture', 1],
      ],
    ],
    [
      'one that is a file',
      [
        ['pass', 6],
        ['picture', 1],
      ],
    ],
    [
      'one that comes too late',
      [
        ['picture', 1],
        ['pass', 'sesame'],
      ],
    ],
    [
      'a right one after a wrong one',
      [
        ['pass', 'please'],
        ['pass', 'sesame'],
        ['picture', 1],
      ],
    ],
    ['nothing at all', []],
  ])('refuses whoever comes with %s', async (_, parts) => {
    expect(await sending(parts)).toEqual([403, []]);
  });

  it('refuses anything else beside the file, and names it', async () => {
    const token: Part = ['pass', 'sesame'];
    expect(await sending([token, ['picture', 1], ['note', 'x']])).toEqual([422, ['note']]);
    expect(await sending([token, ['note', 'x'], ['picture', 1]])).toEqual([422, ['note']]);
    expect(await sending([token, ['picture', 1], ['second', 4 * MEGABYTE]])).toEqual([422, ['second']]);
    expect(await sending([token])).toEqual([422, ['picture']]);
  });

  it('refuses more than 5 MB', async () => {
    expect(
      await sending([
        ['pass', 'sesame'],
        ['picture', 5 * MEGABYTE + 1],
      ]),
    ).toEqual([413, []]);
  });

  it('gives no file to whoever forgets to check the token', async () => {
    expect(
      await sending(
        [
          ['pass', 'sesame'],
          ['picture', 1],
        ],
        'upload-unchecked',
      ),
    ).toEqual([500, []]);
  });
});
