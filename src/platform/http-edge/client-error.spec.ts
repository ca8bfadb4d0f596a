import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { checkAnywhere } from '../../../test/support/contract.js';
import { answerClientError } from './client-error.js';

describe('What Node.js cannot read as a request', () => {
  let server: Server;

  const answerTo = async (code: string): Promise<string> => {
    server = createServer((socket) => {
      // Its connection ends with the very error that was answered.
      socket.on('error', () => undefined);
      answerClientError(Object.assign(new Error(code), { code }), socket);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return text(connect((server.address() as AddressInfo).port, '127.0.0.1'));
  };

  afterEach(() => server.close());

  it.each([
    ['that came too slowly', 'ERR_HTTP_REQUEST_TIMEOUT', 408, 'request.timeout'],
    ['with too large headers', 'HPE_HEADER_OVERFLOW', 431, 'request.headers_too_large'],
  ])('is answered as the contract says: one %s', async (_, fault, status, code) => {
    const [head = '', body = ''] = (await answerTo(fault)).split('\r\n\r\n');
    const [line = '', ...headers] = head.split('\r\n');
    expect(line).toContain(` ${status} `);
    const sent = new Headers(headers.map((header) => header.split(': ') as [string, string]));
    const problem = JSON.parse(body) as { code: string };
    checkAnywhere({ method: 'get', path: '/', status, headers: sent, body: problem });
    expect(problem.code).toBe(code);
  });
});
