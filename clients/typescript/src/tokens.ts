import type { components } from './generated/schema.js';

/** Kept between requests; all three change together. */
export interface StoredTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Milliseconds of this machine's clock: from then on new ones are asked for before the next request. */
  readonly refreshAt: number;
}

type Awaitable<Value> = Value | Promise<Value>;

/** Where tokens are kept. It is asked before every request, so what another tab has put there counts. */
export interface TokenStore {
  get(): Awaitable<StoredTokens | undefined>;
  set(tokens: StoredTokens): Awaitable<void>;
  clear(): Awaitable<void>;
  /** Name of the Web Lock under which tokens are refreshed: for a store that several tabs share. */
  readonly lock?: string;
}

/** Lost with the page: the safest place. */
export function memoryTokens(): TokenStore {
  let kept: StoredTokens | undefined;
  return {
    get: () => kept,
    set: (tokens) => void (kept = tokens),
    clear: () => void (kept = undefined),
  };
}

/**
 * In `localStorage`, shared by the tabs of an origin. Every script that ever runs there can read it and be its user for as long
 * as the session lives: only for pages whose Content-Security-Policy leaves no room for scripts of others.
 */
export function storageTokens(storage: Storage, name = 'latchkey'): TokenStore {
  return {
    lock: name,
    get: () => JSON.parse(storage.getItem(name) ?? 'null') as StoredTokens | undefined,
    set: (tokens) => storage.setItem(name, JSON.stringify(tokens)),
    clear: () => storage.removeItem(name),
  };
}

type Answered = components['schemas']['RefreshedTokens'];

/** A clock may be wrong by so much, and a request may take so long. */
const MARGIN_SECONDS = 30;

/** @param askedAt when the request was sent: the life of the tokens began later */
export function toStored({ accessToken, refreshToken, expiresIn }: Answered, askedAt: number): StoredTokens {
  const usable = Math.max(expiresIn - MARGIN_SECONDS, expiresIn / 2);
  return { accessToken, refreshToken, refreshAt: askedAt + usable * 1_000 };
}
