import type { BrowserContext, ConsoleMessage, Page, Request, Response } from 'playwright-core';

/** Nothing leaves the machine by these. */
const OWN_SCHEMES = new Set(['data:', 'blob:', 'about:']);

/** Somebody’s browser: one page of it, and all that goes wrong in it. */
export class Browsing {
  /** The URL of everything that its pages asked for, in order. */
  readonly requests: string[] = [];
  private readonly faults: string[] = [];
  /** Pages that were answered with a problem, which the console calls a failure to load. */
  private readonly refusals = new Set<string>();

  /** @param origin the only one that pages may ask for anything */
  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly origin: string,
  ) {
    context.on('request', (request) => this.noteRequest(request));
    context.on('response', (response) => this.noteResponse(response));
    context.on('console', (message) => this.noteMessage(message));
    context.on('weberror', (error) => this.faults.push(`a page raised: ${error.error().message}`));
  }

  /** What went wrong so far, in sentences. */
  async complaints(): Promise<readonly string[]> {
    // What a page has said before this answer is heard before it.
    await Promise.all(this.context.pages().map((page) => page.evaluate('0').catch(() => undefined)));
    return this.faults.filter((fault) => ![...this.refusals].some((url) => fault.startsWith(notLoaded(url))));
  }

  private noteRequest(request: Request): void {
    const url = request.url();
    this.requests.push(url);
    const { origin, protocol } = new URL(url);
    if (origin === this.origin || OWN_SCHEMES.has(protocol)) return;
    this.faults.push(`a page sent a request elsewhere: ${url}`);
  }

  /** A form that comes back with what is wrong with it is as it should be; a server that fails is not. */
  private noteResponse(response: Response): void {
    if (response.status() >= 500) this.faults.push(`${response.url()} was answered ${response.status()}`);
    else if (response.status() >= 400 && response.request().isNavigationRequest()) this.refusals.add(response.url());
  }

  private noteMessage(message: ConsoleMessage): void {
    const { url } = message.location();
    if (message.text().startsWith('Failed to load resource')) this.faults.push(notLoaded(url) + message.text());
    else if (message.type() === 'error' || message.text().includes('Content Security Policy'))
      this.faults.push(`the console of ${url} says: ${message.text()}`);
  }
}

const notLoaded = (url: string): string => `${url} did not load: `;
