import type { MergedOptions, Middleware } from 'openapi-fetch';
import type { components } from './generated/schema.js';
import { CLOSED, SIGNS_IN, TAKES_IDEMPOTENCY_KEY } from './generated/operations.js';
import { isRefusal, LatchkeyUnreachable, type ProblemBody, type ProblemCode } from './problems.js';
import type { Renewal } from './renewal.js';
import { type StoredTokens, type TokenStore, toStored } from './tokens.js';

const KEY = 'Idempotency-Key';
const REFUSED: ProblemCode = 'auth.unauthenticated';

interface Parts {
  readonly store: TokenStore;
  readonly renewal: Renewal;
  readonly locale?: () => string | undefined;
}

/** Sends requests for openapi-fetch, each with what its operation asks for, and once more where that helps. */
export function exchangeOf(parts: Parts): Middleware {
  return {
    onRequest: async ({ request, schemaPath, options }) => {
      const operation = `${request.method} ${schemaPath}`;
      const askedAt = Date.now();
      complete(request, operation, parts.locale?.());
      const response = await (isSignedByUs(request, operation) ? signed : deliver)(request, options, parts);
      if (SIGNS_IN.has(operation) && response.ok) await remember(response, askedAt, parts.store);
      return response;
    },
  };
}

function complete({ headers }: Request, operation: string, locale?: string): void {
  if (locale && !headers.has('Accept-Language')) headers.set('Accept-Language', locale);
  if (TAKES_IDEMPOTENCY_KEY.has(operation) && !headers.has(KEY)) headers.set(KEY, randomUuid());
}

/** A caller who brings a token of their own keeps it. */
const isSignedByUs = ({ headers }: Request, operation: string): boolean =>
  CLOSED.has(operation) && !headers.has('Authorization');

/** With the access token, and with its successor where it is refused. */
async function signed(request: Request, options: MergedOptions, { renewal }: Parts): Promise<Response> {
  const tokens = await renewal.current();
  if (!tokens) return deliver(request, options);
  const again = request.clone();
  const response = await deliver(bearing(request, tokens), options);
  if (!(await isRefused(response))) return response;
  const successor = await renewal.after(tokens);
  return successor ? deliver(bearing(again, successor), options) : response;
}

function bearing(request: Request, { accessToken }: StoredTokens): Request {
  request.headers.set('Authorization', `Bearer ${accessToken}`);
  return request;
}

async function isRefused(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  return ((await response.clone().json()) as ProblemBody).code === REFUSED;
}

/** What bears an Idempotency-Key is sent once more when no answer came: it cannot happen twice. */
async function deliver(request: Request, options: MergedOptions): Promise<Response> {
  if (!request.headers.has(KEY)) return attempt(request, options);
  const again = request.clone();
  return attempt(request, options).catch((error: unknown) => {
    if (error instanceof LatchkeyUnreachable) return attempt(again, options);
    throw error;
  });
}

async function attempt(request: Request, { fetch, parseAs }: MergedOptions): Promise<Response> {
  const response = await reach(request, () => fetch(request));
  const isOurs = response.ok ? parseAs !== 'json' || isJson(response) : isRefusal(response);
  if (!isOurs) throw new LatchkeyUnreachable({ request, response });
  if (response.ok && parseAs !== 'json') return response;
  // Read as a whole here, where an answer that is cut short is still known as one that did not come.
  const text = await reach(request, () => response.text());
  return new Response(text || null, response);
}

/** Whoever aborts a request is told that, as fetch tells it. */
async function reach<Result>(request: Request, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    throw new LatchkeyUnreachable({ request, cause });
  }
}

/** Nothing at all is said as well: 204, and where only the status counts. */
const isJson = ({ headers }: Response): boolean => headers.get('content-type')?.includes('json') ?? true;

async function remember(response: Response, askedAt: number, store: TokenStore): Promise<void> {
  const tokens = (await response.clone().json()) as components['schemas']['RefreshedTokens'];
  await store.set(toStored(tokens, askedAt));
}

/** `crypto.randomUUID` is missing in pages without https, as on a phone that looks at a developer's machine. */
function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5');
}
