import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError, LimitPolicy } from '../domain-error.js';
import { localeOf } from '../locale.js';
import { loggable, refusalOf } from './failure.js';
import { PROBLEM_TYPE, problemOf, wholeSeconds } from './problem.js';

/** The only place where an error becomes a response. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Answers what was thrown before Nest had the request. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const refusal = refusalOf(thrown);
    this.log(refusal, request.id);
    if (reply.sent || reply.raw.headersSent) {
      // Half an answer is out: only breaking the connection tells the client that the rest will not come.
      if (!reply.raw.writableEnded) reply.raw.destroy();
      return;
    }
    const problem = problemOf(refusal, { locale: localeOf(request.headers['accept-language']), requestId: request.id });
    void reply
      .code(refusal.kind.status)
      .headers(problemHeaders(refusal))
      .type(`${PROBLEM_TYPE}; charset=utf-8`)
      // Serialised here: a schema or serialiser of the route describes its success.
      .serializer((body: unknown) => JSON.stringify(body))
      .send(problem);
  }

  /** Logs a refusal as far as operators must know of it. */
  log(refusal: DomainError, requestId: string): void {
    if (refusal.kind.status < 500) return;
    // What the product itself refuses for a time, with nothing behind it to look for, may come in floods.
    if (refusal.kind.status === 503 && refusal.cause === undefined) {
      this.logger.debug({ msg: refusal.kind.code, requestId });
      return;
    }
    const entry = { requestId, error: loggable(refusal.cause ?? refusal) };
    if (refusal.kind.status === 500) this.logger.error({ msg: 'unexpected error', ...entry });
    else this.logger.warn({ msg: refusal.kind.code, ...entry });
  }
}

/** The headers that say what a problem says, for whoever does not read the body. */
export function problemHeaders(refusal: DomainError): Record<string, string> {
  const { retryAfterSeconds, policy } = refusal.facts;
  const seconds = retryAfterSeconds === undefined ? undefined : wholeSeconds(retryAfterSeconds);
  return {
    'cache-control': 'no-store',
    // RFC 9110 §15.5.2: every 401 names a scheme.
    ...(refusal.kind.status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(seconds !== undefined && { 'retry-after': String(seconds) }),
    ...(policy && limitHeaders(policy, seconds ?? policy.windowSeconds)),
  };
}

/** draft-ietf-httpapi-ratelimit-headers-10: `q` events per `w` seconds; `r` are left, and `t` seconds until there are more. */
const limitHeaders = ({ name, quota, windowSeconds }: LimitPolicy, seconds: number): Record<string, string> => ({
  'ratelimit-policy': `"${name}";q=${quota};w=${windowSeconds}`,
  ratelimit: `"${name}";r=0;t=${seconds}`,
});
