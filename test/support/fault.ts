import type { TestApp } from './app.js';
import { checkAnywhere } from './contract.js';
import type { User } from './world.js';
import { bearer } from './world.js';

/** Asks for something that a test has broken, and expects to hear that something went wrong on our side, and nothing else. */
export async function expectFault({ url }: Pick<TestApp, 'url'>, path: string, { tokens }: User): Promise<void> {
  const answer = await fetch(url + path, { headers: bearer(tokens.accessToken) });
  const { status, headers } = answer;
  const body = (await answer.json()) as unknown;
  checkAnywhere({ method: 'get', path, status, headers, body });
  expect(body).toEqual({
    type: 'urn:latchkey:error:internal',
    title: expect.any(String) as string,
    status: 500,
    code: 'internal',
    instance: expect.stringMatching(/^urn:latchkey:request:/) as string,
  });
}
