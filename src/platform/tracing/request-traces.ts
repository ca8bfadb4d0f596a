import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Work, workFor } from './current-work.js';
import type { Span, SpanStart } from './span.js';
import type { Tracing } from './tracing.js';

declare module 'fastify' {
  interface FastifyRequest {
    work: Work | null;
  }
}

/** Asked every few seconds by machines. */
const PROBES = /^\/(health\/|metrics$)/;
/** Those that the semantic conventions know. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE']);

/** Lets everything that is done for a request know whose it is, and traces it by the pattern of its route. */
export function traceRequests(instance: FastifyInstance, tracing: Tracing): void {
  instance.decorateRequest('work', null);
  instance.addHook('onRequest', (request, reply, done) => {
    const span = spanOf(request, tracing);
    if (span) endWithAnswer(span, reply);
    request.work = { requestId: request.id, ...(span && { span }) };
    workFor(request.work, done);
  });
  // A body comes by events of its connection, which know of no request.
  instance.addHook('preValidation', ({ work }, _, done) => (work ? workFor(work, done) : done()));
}

function spanOf(request: FastifyRequest, tracing: Tracing): Span | undefined {
  if (!tracing.isOn || PROBES.test(request.routeOptions.url ?? '')) return undefined;
  const { traceparent } = request.headers;
  return tracing.begin(startOf(request), typeof traceparent === 'string' ? traceparent : undefined);
}

function startOf({ id, method, protocol, raw, routeOptions: { url: route } }: FastifyRequest): SpanStart {
  const known = METHODS.has(method);
  const shown = known ? method : 'HTTP';
  return {
    name: route === undefined ? shown : `${shown} ${route}`,
    kind: 'server',
    // Neither path nor query, address nor browser, which the conventions would have too: all of them can tell of a person.
    facts: {
      'http.request.method': known ? method : '_OTHER',
      ...(route !== undefined && { 'http.route': route }),
      'url.scheme': protocol,
      'network.protocol.version': raw.httpVersion,
      'latchkey.request_id': id,
    },
  };
}

/** Also of a client who leaves before it comes. */
function endWithAnswer(span: Span, { raw }: FastifyReply): void {
  raw.once('close', () => {
    span.set({ 'http.response.status_code': raw.statusCode });
    if (!raw.writableFinished) span.fail('client_gone');
    else if (raw.statusCode >= 500) span.fail(String(raw.statusCode));
    span.end();
  });
}
