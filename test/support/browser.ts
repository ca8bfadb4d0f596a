import { type IncomingHttpHeaders, request } from 'node:http';
import type { Headers } from './api.js';
import type { TestApp } from './app.js';
import { checkAgainstContract } from './contract.js';

/** What a browser says when it shows the answer as a page of its own; `fetch` would say otherwise whatever it is told. */
export const NAVIGATION: Headers = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

export interface Opened {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Where the browser is sent. */
  readonly location?: string;
  /** What the browser is to remember, whole. */
  readonly cookie?: string;
}

/** Asks for a page with these headers and no others. Nothing is followed; the answer is checked against the contract. */
export function openPage(
  { url }: Pick<TestApp, 'url'>,
  path: string,
  { method = 'GET', headers = NAVIGATION }: { method?: string; headers?: Headers } = {},
): Promise<Opened> {
  return new Promise((resolve, reject) => {
    const asked = request(url + path, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response;
        const [text, cookie] = [Buffer.concat(chunks).toString(), headers['set-cookie']?.join('\n')];
        resolve({ status, headers, text, location: headers.location, cookie });
      });
    });
    asked.on('error', reject);
    asked.end();
  }).then((opened) => {
    const { status, headers, text } = opened as Opened;
    checkAgainstContract({ method: method === 'HEAD' ? 'GET' : method, path, status, headers, body: text });
    return opened as Opened;
  });
}
