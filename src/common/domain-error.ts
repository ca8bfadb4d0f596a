import type { Locale } from './locale.js';

/** A limit as told in `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers): `quota` events per `windowSeconds`. */
export interface LimitPolicy {
  readonly name: string;
  readonly quota: number;
  readonly windowSeconds: number;
}

/** What a refusal tells beyond its class. */
export interface ErrorFacts {
  /** Public members of the problem, e.g. `attemptsLeft`. */
  readonly extras?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
  readonly policy?: LimitPolicy;
  readonly errors?: readonly FieldError[];
  /** Why it was thrown; kept as the `cause` and never shown to the client. */
  readonly cause?: unknown;
}

export interface FieldError {
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

/** The static side of a refusal: everything a document, a filter or a test needs to know of it. */
export interface DomainErrorClass {
  readonly status: number;
  /** `module.what_happened`; stable, for programs. */
  readonly code: string;
  /** One sentence for people that says what to do next. */
  readonly title: Readonly<Record<Locale, string>>;
}

/** A refusal the product knows. Subclasses declare static `status`, `code` and `title`; the problem filter does the rest. */
export abstract class DomainError extends Error {
  constructor(readonly facts: ErrorFacts = {}) {
    super(undefined, { cause: facts.cause });
    this.name = new.target.name;
    this.message = this.kind.code;
  }

  get kind(): DomainErrorClass {
    return this.constructor as unknown as DomainErrorClass;
  }
}

/** The refusal of work that may be refused without harm to what goes on; throws everything else that it throws. */
export async function orRefusal<Result>(work: Promise<Result>): Promise<Result | DomainError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}
