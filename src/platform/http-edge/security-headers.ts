import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import { fastify, type FastifyInstance } from 'fastify';
import type { HttpConfig } from '../../config/config.js';
import { NO_SCHEMAS } from './fastify.js';

const YEAR_SECONDS = 31_536_000;
/** For answers that are JSON: nothing in them may load, run or be framed. Pages bring policies of their own. */
const helmetOptions = (publicUrl: string): FastifyHelmetOptions => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
  },
  frameguard: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
  hsts: publicUrl.startsWith('https:') && { maxAge: YEAR_SECONDS, includeSubDomains: false },
});

/**
 * Puts helmet's headers on every answer, errors included. They are the same for all, so helmet is asked once: as a plugin
 * it assembles them anew for each request, which costs more than reading and answering a small one.
 */
export async function addSecurityHeaders(instance: FastifyInstance, { publicUrl }: HttpConfig): Promise<void> {
  const headers = await headersOfHelmet(helmetOptions(publicUrl));
  instance.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    // Most answers hold tokens, challenges or personal data; what may be kept says so itself (ASVS 14.3.2).
    reply.header('cache-control', 'no-store');
    done();
  });
}

async function headersOfHelmet(options: FastifyHelmetOptions): Promise<OutgoingHttpHeaders> {
  const probe = fastify({ schemaController: NO_SCHEMAS });
  await probe.register(helmet, options);
  const headers = new Promise<OutgoingHttpHeaders>((resolve) => {
    probe.get('/', (_request, reply) => {
      resolve({ ...reply.raw.getHeaders() });
      return '';
    });
  });
  await probe.ready();
  const request = Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url: '/' });
  probe.routing(request, new ServerResponse(request));
  return headers;
}
