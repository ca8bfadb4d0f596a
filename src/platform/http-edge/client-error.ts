import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { newId } from '../../common/crypto.js';
import { HeadersTooLarge, RequestMalformed, RequestTimeout } from '../../common/http/http.errors.js';
import { PROBLEM_TYPE, problemOf } from '../../common/http/problem.js';

const KINDS = new Map<string, typeof RequestTimeout | typeof HeadersTooLarge>([
  ['ERR_HTTP_REQUEST_TIMEOUT', RequestTimeout],
  ['HPE_HEADER_OVERFLOW', HeadersTooLarge],
]);

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What each connection brought last. */
const latest = new WeakMap<Socket, Exchange>();

/** Answers what Node.js could not read as HTTP: there is no request yet, only a socket. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable && isOwedAnAnswer(socket)) socket.write(responseTo(error.code));
  socket.destroy(error);
}

/**
 * Whether what is written now is the answer to what could not be read. It is not where a request has its answer already, and only its
 * body is broken: a second one would be taken for that of the next request. Nor is it while a request before it waits for its own.
 */
function isOwedAnAnswer(socket: Socket): boolean {
  const last = latest.get(socket);
  if (!last) return true;
  return last.request.complete ? last.response.writableEnded : !last.response.headersSent;
}

/**
 * Takes over what Node.js would answer by itself, without a problem: whoever speaks HTTP/1.1 and names no host is refused (RFC 9112
 * §3.2), and an expectation that nobody knows is passed over, as RFC 9110 §10.1.1 allows.
 */
export function answerInPlaceOfNode(instance: FastifyInstance): void {
  instance.server.on('request', (request, response) => latest.set(request.socket, { request, response }));
  instance.server.on('checkExpectation', (request, response) => instance.server.emit('request', request, response));
  instance.addHook('onRequest', ({ raw: { headers, httpVersion } }, _reply, done) => {
    if (headers.host === undefined && httpVersion === '1.1') done(new RequestMalformed());
    else done();
  });
}

function responseTo(code: string | undefined): string {
  const Kind = KINDS.get(code ?? '') ?? RequestMalformed;
  const requestId = newId();
  const body = JSON.stringify(problemOf(new Kind(), { locale: 'en', requestId }));
  return [
    `HTTP/1.1 ${Kind.status} ${STATUS_CODES[Kind.status] ?? ''}`,
    `Content-Type: ${PROBLEM_TYPE}; charset=utf-8`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
    `X-Request-Id: ${requestId}`,
    '',
    body,
  ].join('\r\n');
}
