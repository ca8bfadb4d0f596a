import createClient, {
  type Client,
  type ClientPathsWithMethod,
  type FetchOptions,
  type FetchResponse,
} from 'openapi-fetch';
import { exchangeOf } from './exchange.js';
import type { paths } from './generated/schema.js';
import { LatchkeyProblem, type ProblemBody } from './problems.js';
import { Renewal, type SignOutCode } from './renewal.js';
import { memoryTokens, type TokenStore } from './tokens.js';

export interface LatchkeyOptions {
  /** Where the service is, without `/api/v1`. */
  readonly baseUrl: string;
  /** In memory when left out. */
  readonly tokens?: TokenStore;
  /** Called once when the service ends the session; by then the tokens are gone. */
  readonly onSignedOut?: (code: SignOutCode) => void;
  /** Language of titles and messages, `en` or `ru`; a function is asked before each request. The browser's when left out. */
  readonly locale?: string | (() => string | undefined);
  readonly fetch?: (request: Request) => Promise<Response>;
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Path<M extends Method> = ClientPathsWithMethod<Client<paths>, M>;
type ParseAs = 'json' | 'text' | 'blob' | 'arrayBuffer' | 'stream';

/** What is no JSON has to be asked for as what it is to be. */
type HowToParse<Operation, As> = Operation extends { responses: { 200: { content: infer Content } } }
  ? keyof Content extends 'application/json'
    ? { parseAs?: As }
    : { parseAs: As & Exclude<ParseAs, 'json'> }
  : { parseAs?: As };
type Init<Operation, As> = FetchOptions<Operation> & HowToParse<Operation, As>;
/** The options of a call; they may be left out where the operation requires nothing. */
type Args<Options> = Partial<Options> extends Options ? [options?: Options] : [options: Options];
type Answer<Operation, As extends ParseAs> =
  Operation extends Record<string | number, unknown>
    ? Extract<FetchResponse<Operation, { parseAs: As }, `${string}/${string}`>, { data: unknown }>['data']
    : never;

/** Answers what the operation answers; throws a {@link LatchkeyProblem} where it refuses, a LatchkeyUnreachable where nobody is there. */
type Call<M extends Method> = <P extends Path<M>, As extends ParseAs = 'json'>(
  path: P,
  ...options: Args<Init<paths[P][M], As>>
) => Promise<Answer<paths[P][M], As>>;

export interface LatchkeyClient {
  readonly GET: Call<'get'>;
  readonly POST: Call<'post'>;
  readonly PUT: Call<'put'>;
  readonly PATCH: Call<'patch'>;
  readonly DELETE: Call<'delete'>;
  /** The openapi-fetch client beneath: answers `{ data, error, response }`, with the problems of each operation as its `error`. */
  readonly raw: Client<paths>;
  /** A token for other services, good for a while; nothing where nobody is signed in. */
  accessToken(): Promise<string | undefined>;
  /** New tokens before their time, as after a change of role. */
  refresh(): Promise<void>;
  /** Forgets the tokens, then has the service end the session. */
  signOut(): Promise<void>;
}

export function createLatchkeyClient(options: LatchkeyOptions): LatchkeyClient {
  const { baseUrl, tokens: store = memoryTokens(), onSignedOut, locale, fetch } = options;
  const renewal = new Renewal({ store, onSignedOut, http: createClient<paths>({ baseUrl, fetch }) });
  const http = createClient<paths>({ baseUrl, fetch, bodySerializer });
  http.use(exchangeOf({ store, renewal, locale: typeof locale === 'string' ? () => locale : locale }));
  return {
    GET: callBy(http, 'get'),
    POST: callBy(http, 'post'),
    PUT: callBy(http, 'put'),
    PATCH: callBy(http, 'patch'),
    DELETE: callBy(http, 'delete'),
    raw: http,
    accessToken: async () => (await renewal.current())?.accessToken,
    refresh: async () => {
      const tokens = await store.get();
      if (tokens) await renewal.after(tokens);
    },
    signOut: async () => {
      const tokens = await store.get();
      await store.clear();
      if (tokens) await callBy(http, 'post')('/api/v1/auth/logout', { body: { refreshToken: tokens.refreshToken } });
    },
  };
}

/** What openapi-fetch answers to anybody; which of it fits the operation is for {@link Call} to say. */
type Untyped = (method: Method, path: string, options?: object) => Promise<{ data?: never; error?: ProblemBody }>;

function callBy<M extends Method>(http: Client<paths>, method: M): Call<M> {
  const request = http.request as Untyped;
  return async (path, ...[options]) => {
    const { data, error } = await request(method, path, options);
    if (error) throw new LatchkeyProblem(error);
    return data as never;
  };
}

/** A body with a file in it is a form. */
function bodySerializer(body: unknown): string | FormData {
  const fields = Object.entries(body ?? {});
  if (!fields.some(([, value]) => value instanceof Blob)) return JSON.stringify(body);
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value as Blob);
  return form;
}
