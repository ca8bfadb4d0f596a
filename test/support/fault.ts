import type { TestApp } from './app.js';
import type { User } from './world.js';
import { bearer } from './world.js';

/**
 * Asks for something that a test has broken, and expects the answer which no contract promises: that something went wrong on our
 * side, as a problem, and nothing else.
 */
export async function expectFault({ url }: Pick<TestApp, 'url'>, path: string, { tokens }: User): Promise<void> {
  const answer = await fetch(url + path, { headers: bearer(tokens.accessToken) });
  const text = await answer.text();
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(JSON.parse(text)).toEqual({
    type: 'urn:latchkey:error:internal',
    title: expect.any(String) as string,
    status: 500,
    code: 'internal',
    instance: expect.stringMatching(/^urn:latchkey:request:/) as string,
  });
  expect(answer.status).toBe(500);
}
