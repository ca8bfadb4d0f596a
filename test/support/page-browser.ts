import { type IncomingHttpHeaders, request } from 'node:http';
import type { TestApp } from './app.js';
import { Visitor, type VisitorOptions } from './world.js';

export interface Page {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly html: string;
  /** Where the browser is sent. */
  readonly location?: string;
}

type Fields = Readonly<Record<string, string>>;

/** A browser without scripts: it keeps cookies, sends forms with the token of the page they stand on, and follows nothing by itself. */
export class PageBrowser {
  readonly cookies = new Map<string, string>();
  private readonly visitor: Visitor;

  constructor(
    private readonly app: TestApp,
    options: VisitorOptions = {},
  ) {
    this.visitor = new Visitor(app, options);
    this.language = options.language ?? 'en';
  }

  private readonly language: string;

  /** Where its person gets their codes. */
  get contact(): string {
    return this.visitor.contact;
  }

  get address(): string {
    return this.visitor.address;
  }

  open(path: string, headers: Fields = {}): Promise<Page> {
    return this.ask('GET', path, { headers });
  }

  /** Sends the form of a path, from the page that has it. @param from where the form stands */
  async submit(path: string, fields: Fields = {}, from = path): Promise<Page> {
    const token = tokenIn((await this.open(from)).html);
    return this.post(path, { csrf: token, ...fields });
  }

  /** Sends fields as they are. */
  post(path: string, fields: Fields, headers: Fields = {}): Promise<Page> {
    const body = new URLSearchParams(fields).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
    return this.ask('POST', path, { body, headers: { ...type, ...headers } });
  }

  /** Sends a form with files: its parts as they are, in their order. */
  async upload(path: string, parts: readonly (readonly [name: string, value: string | Blob])[]): Promise<Page> {
    const form = new FormData();
    for (const [name, value] of parts) form.append(name, value);
    const written = new Response(form);
    const type = { 'content-type': written.headers.get('content-type') ?? '', 'sec-fetch-site': 'same-origin' };
    return this.ask('POST', path, { body: Buffer.from(await written.arrayBuffer()), headers: type });
  }

  /** Asks for a code and types it; answers where that leads. */
  async signIn(): Promise<Page> {
    await this.submit('/', { contact: this.contact });
    return this.submit('/confirm', { code: await this.readCode() });
  }

  /** The newest code that was sent to its person, or to another contact. */
  async readCode(to = this.contact): Promise<string> {
    await this.app.delivered();
    const query = new URLSearchParams({ to, limit: '1' });
    const answer = await fetch(`${this.app.url}/api/v1/qa/messages?${String(query)}`);
    const { items } = (await answer.json()) as { items: { code: string | null }[] };
    const code = items[0]?.code;
    if (!code) throw new Error('No code came.');
    return code;
  }

  private ask(
    method: string,
    path: string,
    { body, headers }: { body?: string | Buffer; headers: Fields },
  ): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const own = { 'x-forwarded-for': this.address, 'accept-language': this.language, ...(cookie && { cookie }) };
    return new Promise((resolve, reject) => {
      const asked = request(this.app.url + path, { method, headers: { ...own, ...headers } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          this.keep(response.headers['set-cookie'] ?? []);
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, html: Buffer.concat(chunks).toString(), location: headers.location });
        });
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  private keep(sent: readonly string[]): void {
    for (const [, name = '', value = ''] of sent.map((each) => /^([^=]+)=([^;]*)/.exec(each) ?? [])) {
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

/** The token that the forms of a page are sent with. */
export const tokenIn = (html: string): string => /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';

/** Where the next page of a list is. */
export const nextIn = (html: string): string | undefined =>
  /<a href="([^"]+)" role="button" rel="next"/.exec(html)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
