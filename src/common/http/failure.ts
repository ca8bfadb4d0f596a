import { HttpException } from '@nestjs/common';
import { DomainError, type FieldError } from '../domain-error.js';
import {
  Forbidden,
  Internal,
  MethodNotAllowed,
  PayloadTooLarge,
  RequestInvalid,
  RequestMalformed,
  RequestNotFound,
  RequestTimeout,
  ServiceUnavailable,
  Unauthenticated,
  UnsupportedMediaType,
} from './http.errors.js';

type Refusal = new (facts: { cause: unknown; errors?: FieldError[] }) => DomainError;

const BY_STATUS = new Map<number, Refusal>([
  [401, Unauthenticated],
  [403, Forbidden],
  [404, RequestNotFound],
  [405, MethodNotAllowed],
  [408, RequestTimeout],
  [413, PayloadTooLarge],
  // The only long path is one with a parameter longer than any of ours: it names nothing.
  [414, RequestNotFound],
  [415, UnsupportedMediaType],
  [422, RequestInvalid],
]);

const NETWORK_CODES = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH'],
  // No file is left for a connection to the database: others hold all of them.
  ...['EMFILE', 'ENFILE'],
]);
/**
 * Connection exceptions, shutdown, still starting, out of disk, memory or connections, failures of the system below the server, a
 * primary that became a standby, a transaction that was left alone and a statement that had to wait too long: all of it passes.
 */
const AWAY_STATES = /^(08...|57P0[1-3]|53...|58000|58030|25006|25P03|57014|55P03|40001|40P01)$/;
const AWAY_MESSAGES = [
  /^Connection terminated/,
  /^Query read timeout$/,
  // By pg: of a connection of the pool, and of one that is shared.
  /^timeout (exceeded when trying to connect|expired$)/,
  /^Client (has encountered a connection error|was closed) and is not queryable/,
  /^Cannot use a pool after calling end on the pool/,
  /is not currently accepting connections$/,
  /^(Driver not Connected|DataSource is not initialized)/i,
];

/** What errors of Node.js, pg, TypeORM and Fastify may carry; none of it is certain. */
interface Carried {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly statusCode?: unknown;
  readonly validation?: unknown;
  readonly driverError?: unknown;
  readonly errors?: unknown;
}

/** The refusal that anything thrown stands for; {@link Internal} when it stands for none. */
export function refusalOf(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  const status = clientStatusOf(thrown);
  if (status !== undefined) return refusalOfStatus(status, thrown);
  if (databaseIsAway(thrown)) return new ServiceUnavailable({ cause: thrown });
  return new Internal({ cause: thrown });
}

function refusalOfStatus(status: number, cause: unknown): DomainError {
  const { validation, code } = carried(cause);
  if (code === 'FST_ERR_VALIDATION') return new RequestInvalid({ cause, errors: schemaErrors(validation) });
  if (status === 503) return new ServiceUnavailable({ cause });
  const Refused = BY_STATUS.get(status) ?? RequestMalformed;
  return new Refused({ cause });
}

/** The status of an error that says itself whose fault it is: 4xx, or 503 for a service that is closing. */
function clientStatusOf(thrown: unknown): number | undefined {
  const told = thrown instanceof HttpException ? thrown.getStatus() : carried(thrown).statusCode;
  if (typeof told !== 'number') return undefined;
  return (told >= 400 && told < 500) || told === 503 ? told : undefined;
}

function databaseIsAway(thrown: unknown, depth = 0): boolean {
  const error = carried(thrown);
  return tellsOfAbsence(error) || (depth < 3 && innerErrors(error).some((each) => databaseIsAway(each, depth + 1)));
}

function tellsOfAbsence({ code, message }: Carried): boolean {
  if (typeof code === 'string' && (NETWORK_CODES.has(code) || AWAY_STATES.test(code))) return true;
  return typeof message === 'string' && AWAY_MESSAGES.some((pattern) => pattern.test(message));
}

/** TypeORM wraps the driver's error; Node.js gathers one per address that it tried in an AggregateError. */
const innerErrors = ({ driverError, errors }: Carried): unknown[] => [
  driverError,
  ...(Array.isArray(errors) ? (errors as unknown[]) : []),
];

function schemaErrors(validation: unknown): FieldError[] {
  const broken = Array.isArray(validation) ? (validation as { instancePath?: string; keyword?: string }[]) : [];
  return broken.map(({ instancePath = '', keyword = 'schema' }) => ({
    field: instancePath.slice(1).replaceAll('/', '.'),
    rule: keyword,
    message: 'This field does not match its description.',
  }));
}

const carried = (thrown: unknown): Carried => (typeof thrown === 'object' && thrown !== null ? thrown : {});

/** An error as a log may hold it: its kind, where it came from, and none of the values it was about. */
export function loggable(thrown: unknown, depth = 0): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { name: typeof thrown };
  const { code, constraint, table } = thrown as { code?: unknown; constraint?: unknown; table?: unknown };
  return {
    name: thrown.name,
    // PostgreSQL and JSON.parse quote the offending value at the end: `invalid input syntax for type uuid: "…"`.
    message: thrown.message.replace(/"[\s\S]*$/, '…').slice(0, 300),
    // Not `code`: five digits of SQLSTATE under that name would be taken for a one-time code and redacted.
    ...(code !== undefined && { errorCode: code }),
    ...(constraint !== undefined && { constraint, table }),
    frames: (thrown.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 20),
    ...(thrown.cause !== undefined && depth < 3 && { cause: loggable(thrown.cause, depth + 1) }),
  };
}
