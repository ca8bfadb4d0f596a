import type { Client } from 'openapi-fetch';
import type { paths } from './generated/schema.js';
import { isRefusal, LatchkeyProblem, LatchkeyUnreachable, type ProblemCode } from './problems.js';
import { type StoredTokens, type TokenStore, toStored } from './tokens.js';

const REFRESH = '/api/v1/auth/token/refresh';
/** A lost answer is asked for again: for thirty seconds the service answers a used refresh token as it did before. */
const PAUSES_MS = [300, 1_500];
const PATIENCE_MS = 8_000;
/** After these the same question will never be answered otherwise. */
const FINAL = new Set([401, 422]);

export type SignOutCode = ProblemCode<'refreshSession'>;

interface Parts {
  readonly store: TokenStore;
  /** Sends what it is told, and no tokens. */
  readonly http: Client<paths>;
  readonly onSignedOut?: (code: SignOutCode) => void;
}

type Outcome = { readonly tokens: StoredTokens } | { readonly ended: SignOutCode } | { readonly failure: Error };

/** Sees to it that one refresh serves everybody who waits for one, in this page and in others. */
export class Renewal {
  private running?: Promise<StoredTokens | undefined>;

  constructor(private readonly parts: Parts) {}

  /** Tokens for the next request, renewed where their time has come; as they are where that cannot be done now. */
  async current(): Promise<StoredTokens | undefined> {
    const tokens = await this.parts.store.get();
    if (!tokens || Date.now() < tokens.refreshAt) return tokens;
    return this.after(tokens).catch(() => tokens);
  }

  /**
   * Those that follow on these, which are used up or were refused; nothing where the session is over.
   * Throws where the service cannot be asked now: nobody is signed out by that.
   */
  after(used: StoredTokens): Promise<StoredTokens | undefined> {
    this.running ??= this.successor(used).finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  private async successor(used: StoredTokens): Promise<StoredTokens | undefined> {
    const kept = await this.parts.store.get();
    // They have one already: the request was under way for longer than the refresh.
    if (kept?.accessToken !== used.accessToken) return kept;
    return this.alone(() => this.renew(used));
  }

  private alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const { lock } = this.parts.store;
    const locks = globalThis.navigator?.locks as LockManager | undefined;
    return lock && locks ? locks.request(lock, work) : work();
  }

  private async renew(used: StoredTokens): Promise<StoredTokens | undefined> {
    const { store, onSignedOut } = this.parts;
    const kept = await store.get();
    // Another tab has been here while this one waited.
    if (kept?.accessToken !== used.accessToken) return kept;
    const outcome = await this.ask(kept.refreshToken);
    if ('failure' in outcome) throw outcome.failure;
    // Whoever signed out or in meanwhile is not to be overruled.
    if ((await store.get())?.refreshToken !== kept.refreshToken) return store.get();
    if ('tokens' in outcome) return keep(store, outcome.tokens);
    await store.clear();
    onSignedOut?.(outcome.ended);
    return undefined;
  }

  private async ask(refreshToken: string, [pause, ...later] = PAUSES_MS): Promise<Outcome> {
    const outcome = await this.askOnce(refreshToken);
    if (!('failure' in outcome) || pause === undefined) return outcome;
    await new Promise((resolve) => setTimeout(resolve, pause));
    return this.ask(refreshToken, later);
  }

  private async askOnce(refreshToken: string): Promise<Outcome> {
    const askedAt = Date.now();
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const { data, error, response } = await this.parts.http.POST(REFRESH, { body: { refreshToken }, signal });
      if (data) return { tokens: toStored(data, askedAt) };
      if (!isRefusal(response)) return { failure: new LatchkeyUnreachable({ response }) };
      return FINAL.has(response.status) ? { ended: error.code } : { failure: new LatchkeyProblem(error) };
    } catch (cause) {
      return { failure: new LatchkeyUnreachable({ cause }) };
    }
  }
}

async function keep(store: TokenStore, tokens: StoredTokens): Promise<StoredTokens> {
  await store.set(tokens);
  return tokens;
}
