import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { newId } from '../../common/crypto.js';
import { HeadersTooLarge, RequestMalformed, RequestTimeout } from '../../common/http/http.errors.js';
import { PROBLEM_TYPE, problemOf } from '../../common/http/problem.js';

const KINDS = new Map<string, typeof RequestTimeout | typeof HeadersTooLarge>([
  ['ERR_HTTP_REQUEST_TIMEOUT', RequestTimeout],
  ['HPE_HEADER_OVERFLOW', HeadersTooLarge],
]);

/** Answers what Node.js could not read as HTTP: there is no request yet, only a socket. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(responseTo(error.code));
  socket.destroy(error);
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
