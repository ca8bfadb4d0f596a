import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as Pino, pino, stdTimeFunctions } from 'pino';
import { currentWork } from '../tracing/current-work.js';
import { CannotStart } from '../../common/cannot-start.js';
import { redact, redactText } from './redaction.js';

/** A line in a system call of its own costs a tenth of a request; errors are written at once, and everything at exit. */
const BUFFERED = { dest: 1, sync: false, minLength: 4_096, periodicFlush: 200 };

/** What Nest tells of every module and route at every start. */
const BOOT_CONTEXTS = new Set<unknown>([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/**
 * One JSON line per event, on standard output; Nest's own `Logger` writes through it too. Phones, codes, tokens and
 * addresses are redacted in messages and fields alike, so that nobody has to remember to.
 */
export class JsonLogger implements LoggerService {
  private readonly pino: Pino;

  constructor(level: string, destination?: DestinationStream) {
    const options = { level, base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: levelName } };
    this.pino = pino(options, destination ?? pino.destination(BUFFERED));
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(BOOT_CONTEXTS.has(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
    this.pino.flush();
  }

  error(message: unknown, ...rest: unknown[]): void {
    // It ends the process, which says so in a sentence; Nest would have it told with its stack as well.
    if (message instanceof CannotStart) return;
    this.write('error', message, rest);
    this.pino.flush();
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Writes fields that are known to hold nothing personal, without the cost of looking. */
  plain(level: Level, fields: object): void {
    this.pino[level](fields);
  }

  private write(level: Level, message: unknown, rest: unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    this.pino[level]({ ...workFields(), ...fieldsOf(message), ...extrasOf(rest) });
  }
}

const levelName = (level: string): object => ({ level });

/** By what the line is found again: it may be written by anybody, deep below the request. */
function workFields(): object {
  const { requestId, span } = currentWork() ?? {};
  return { ...(requestId !== undefined && { requestId }), ...(span && { traceId: span.traceId }) };
}

function fieldsOf(message: unknown): object {
  if (message instanceof Error) return { msg: redactText(message.message), error: redact(message) };
  if (typeof message === 'object' && message !== null) return redact(message) as object;
  return { msg: redactText(String(message)) };
}

/** Nest passes the context last, and before it a stack or whatever the caller added. */
function extrasOf(rest: unknown[]): object {
  const context = typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined;
  const details = rest.slice(0, context === undefined ? undefined : -1).filter((detail) => detail !== undefined);
  return { ...(context !== undefined && { context }), ...(details.length > 0 && { details: redact(details) }) };
}
