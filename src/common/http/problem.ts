import 'reflect-metadata';
import { applyDecorators } from '@nestjs/common';
import {
  ApiExtension,
  ApiExtraModels,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  ApiSchema,
  DECORATORS,
  getSchemaPath,
  type ResponseObject,
  type SchemaObject,
} from '@nestjs/swagger';
import type { DomainError, DomainErrorClass, FieldError } from '../domain-error.js';
import type { Locale } from '../locale.js';
import { RequestInvalid } from './http.errors.js';

export const PROBLEM_TYPE = 'application/problem+json';
/** Where a route keeps its refusals, so that a second decorator adds to the first. */
const ERRORS_KEY = 'problem:errors';
/** Where a route keeps what it never answers; nothing of it stands in the finished document. */
export const NEVER = 'x-never';
const EXAMPLE_REQUEST = '01920c9e-7f3a-7c1e-9a53-1f2e3d4c5b6a';
const EXAMPLE_WAIT = 30;
const EXAMPLE_FIELD: FieldError = {
  field: 'phone',
  rule: 'phoneText',
  message: 'Type a phone number of 3 to 40 characters, such as +7 912 345-67-89.',
};

/** Statuses that tell when to come again. */
const WAITING = new Set([429, 503]);

/** A refusal as documents see it. `members` describes what it tells beyond {@link Problem}, e.g. `attemptsLeft`. */
export interface DocumentedError extends DomainErrorClass {
  readonly name: string;
  readonly members?: Readonly<Record<string, SchemaObject>>;
}

@ApiSchema({ description: 'A field of the request that breaks a rule.' })
export class ProblemField implements FieldError {
  @ApiProperty({
    description: 'Name of the field of the body, the query or the path, with dots where fields lie in others.',
    maxLength: 100,
    example: 'phone',
  })
  readonly field!: string;

  @ApiProperty({ description: 'The rule that it breaks; stable, for programs.', example: 'phoneText' })
  readonly rule!: string;

  @ApiProperty({
    description: 'What is wrong, for people, in English.',
    example: 'Type a phone number of 3 to 40 characters, such as +7 912 345-67-89.',
  })
  readonly message!: string;
}

@ApiSchema({ description: 'A refusal (RFC 9457): programs go by `code`, people read `title`.' })
export class Problem {
  @ApiProperty({
    description: 'URN of the kind of problem; names the same as `code`.',
    format: 'uri',
    pattern: '^urn:latchkey:error:',
    example: 'urn:latchkey:error:request.invalid',
  })
  readonly type!: string;

  @ApiProperty({
    description:
      'For people: what happened and what to do next, in Russian or English as `Accept-Language` asks, else in English.',
    example: 'Some fields are not right. Correct what “errors” names and send the request again.',
  })
  readonly title!: string;

  @ApiProperty({ type: 'integer', description: 'The HTTP status.', minimum: 400, maximum: 599, example: 422 })
  readonly status!: number;

  @ApiProperty({
    description:
      '`module.what_happened`; stable, for programs. Others may be added: treat an unknown one by its `status`.',
    pattern: '^[a-z_]+(\\.[a-z_]+)?$',
    example: 'request.invalid',
  })
  readonly code!: string;

  @ApiProperty({
    description: 'URN of this occurrence: the id that `X-Request-Id` returns, by which its log is found.',
    format: 'uri',
    pattern: '^urn:latchkey:request:[A-Za-z0-9._-]{8,64}$',
    example: `urn:latchkey:request:${EXAMPLE_REQUEST}`,
  })
  readonly instance!: string;

  @ApiPropertyOptional({
    type: [ProblemField],
    description: 'The fields that break a rule; one that breaks two is there twice. Only with status 422.',
    minItems: 1,
    maxItems: 50,
  })
  readonly errors?: readonly FieldError[];

  @ApiPropertyOptional({
    type: 'integer',
    description: 'Seconds to wait before asking again; as in `Retry-After`.',
    minimum: 1,
    example: 20,
  })
  readonly retryAfter?: number;
}

/** The problem that tells of a refusal, in the language of whoever asked. */
export function problemOf(error: DomainError, { locale, requestId }: { locale: Locale; requestId: string }): Problem {
  const { retryAfterSeconds, errors, extras } = error.facts;
  const problem: Problem = {
    ...bareProblem(error.kind, locale, requestId),
    ...(errors && { errors }),
    ...(retryAfterSeconds !== undefined && { retryAfter: wholeSeconds(retryAfterSeconds) }),
  };
  // Once more at the end, so that no extra can pass for a standard member.
  return { ...problem, ...extras, ...problem };
}

/** `Retry-After` counts whole seconds (RFC 9110 §10.2.3), and zero would invite a storm. */
export const wholeSeconds = (seconds: number): number => Math.max(1, Math.ceil(seconds));

function bareProblem(kind: DomainErrorClass, locale: Locale, requestId: string): Problem {
  return {
    type: `urn:latchkey:error:${kind.code}`,
    title: kind.title[locale],
    status: kind.status,
    code: kind.code,
    instance: `urn:latchkey:request:${requestId}`,
  };
}

/** Documents the refusals of a route: per status one response that lists their codes, with an example of each. */
export function ApiErrors(...errors: DocumentedError[]): MethodDecorator {
  return (target, key, descriptor) => {
    const handler = descriptor.value as object;
    const before = (Reflect.getMetadata(ERRORS_KEY, handler) ?? []) as DocumentedError[];
    const all = [...new Set([...before, ...errors])];
    Reflect.defineMetadata(ERRORS_KEY, all, handler);
    forgetResponses(handler, before);
    const responses = byStatus(all).map((same) => ApiResponse({ status: same[0]?.status, ...problemResponse(same) }));
    applyDecorators(ApiExtraModels(Problem), ...responses)(target, key, descriptor);
  };
}

function byStatus(errors: readonly DocumentedError[]): DocumentedError[][] {
  const statuses = [...new Set(errors.map((error) => error.status))];
  return statuses.map((status) => errors.filter((error) => error.status === status));
}

/** Documenting a status again would repeat its description. */
function forgetResponses(handler: object, errors: readonly DocumentedError[]): void {
  const responses = (Reflect.getMetadata(DECORATORS.API_RESPONSE, handler) ?? {}) as Record<string, unknown>;
  const kept = Object.entries(responses).filter(([status]) => !errors.some((error) => String(error.status) === status));
  Reflect.defineMetadata(DECORATORS.API_RESPONSE, Object.fromEntries(kept), handler);
}

/** Documents that a route answers otherwise where any other one would be refused by the edge. */
export const NeverAnswers = (...errors: readonly DomainErrorClass[]): MethodDecorator =>
  ApiExtension(
    NEVER,
    errors.map(({ code }) => code),
  );

/** The documented response that tells of any of these refusals, which share one status. */
export function problemResponse(errors: readonly DocumentedError[]): ResponseObject {
  const members = Object.fromEntries(errors.flatMap((error) => Object.entries(error.members ?? {})));
  const code: SchemaObject = { type: 'string', enum: errors.map((error) => error.code) };
  const schema: SchemaObject = {
    allOf: [{ $ref: getSchemaPath(Problem) }, { type: 'object', properties: { code, ...members } }],
  };
  const examples = Object.fromEntries(errors.map((error) => [error.code, { value: exampleOf(error) }]));
  return {
    description: errors.map((error) => `\`${error.code}\`: ${error.title.en}`).join('\n\n'),
    content: { [PROBLEM_TYPE]: { schema, examples } },
  };
}

function exampleOf(error: DocumentedError): object {
  const members = Object.entries(error.members ?? {}).map(
    ([name, schema]) => [name, schema.example as unknown] as const,
  );
  return {
    ...bareProblem(error, 'en', EXAMPLE_REQUEST),
    ...(error.code === RequestInvalid.code && { errors: [EXAMPLE_FIELD] }),
    ...(WAITING.has(error.status) && { retryAfter: EXAMPLE_WAIT }),
    ...Object.fromEntries<unknown>(members),
  };
}
