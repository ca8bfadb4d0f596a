import type { components, operations } from './generated/schema.js';

/** What an answer is that refuses (RFC 9457). */
export type ProblemBody = components['schemas']['Problem'];

const PROBLEM_TYPE = 'application/problem+json';
const REQUEST = 'urn:latchkey:request:';

export type OperationId = keyof operations;

type BodyOf<Answer> = Answer extends { content: { 'application/problem+json': infer Body } } ? Body : never;
/** Distributes over operations, so that each is asked for its own answers. */
type RefusalOf<Id extends OperationId> = Id extends OperationId
  ? BodyOf<operations[Id]['responses'][keyof operations[Id]['responses']]>
  : never;

/** The codes with which operations refuse: `ProblemCode<'verifyCode'>` are those of one, `ProblemCode` are all. */
export type ProblemCode<Id extends OperationId = OperationId> =
  RefusalOf<Id> extends infer Body ? (Body extends { code?: infer Code extends string } ? Code : never) : never;

/** What the refusals that may have this code tell beyond a {@link ProblemBody}, one after the other. */
type ExtrasOf<Code> =
  RefusalOf<OperationId> extends infer Body
    ? Body extends { code?: infer Codes }
      ? Code extends Codes
        ? (extras: Omit<Body, keyof ProblemBody>) => void
        : never
      : never
    : never;
type AllOf<Union> = [Union] extends [(extras: infer All) => void] ? All : never;

/**
 * A refusal of the service, with all that it told. Comparing `code` tells TypeScript what else is there:
 * `attemptsLeft` where it is `otp.code_wrong`. `title` is written for people, in their language.
 */
export type LatchkeyProblem<Code extends ProblemCode = ProblemCode> = Code extends ProblemCode
  ? Error &
      Readonly<Omit<ProblemBody, 'code'>> &
      Readonly<AllOf<ExtrasOf<Code>>> & { readonly code: Code; readonly requestId: string }
  : never;

class Refusal extends Error {
  override readonly name = 'LatchkeyProblem';
  declare readonly instance: string;

  constructor(body: ProblemBody) {
    super(`${body.code}: ${body.title}`);
    Object.assign(this, body);
  }

  /** By which the service's log knows the request. */
  get requestId(): string {
    return this.instance.slice(REQUEST.length);
  }
}

/** For `instanceof`. A later service may refuse with codes that this version has no type for. */
export const LatchkeyProblem = Refusal as unknown as new (body: ProblemBody) => LatchkeyProblem;

/** No answer of the service came: none at all, or that of something between here and there, such as a proxy. */
export class LatchkeyUnreachable extends Error {
  override readonly name = 'LatchkeyUnreachable';
  /** Of the foreign answer, if one came. */
  readonly status?: number;
  /** That the request bore: sent again with it, it cannot happen twice. */
  readonly idempotencyKey?: string;

  constructor({ request, response, cause }: { request?: Request; response?: Response; cause?: unknown }) {
    super(response ? `answered by ${describe(response)}` : 'no answer', { cause });
    this.status = response?.status;
    this.idempotencyKey = request?.headers.get('Idempotency-Key') ?? undefined;
  }
}

const describe = ({ status, headers }: Response): string =>
  `${status} ${headers.get('content-type') ?? 'without a type'}`;

export const isRefusal = (response: Response): boolean =>
  response.headers.get('content-type')?.startsWith(PROBLEM_TYPE) === true;
