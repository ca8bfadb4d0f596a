import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Names what is answered by a strong entity tag. When the client keeps it already (RFC 9110 §13.1.2), the status becomes 304.
 * @returns whether the client needs it
 */
export function isNews(content: string | Buffer, request: FastifyRequest, reply: FastifyReply): boolean {
  const tag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  void reply.header('etag', tag);
  if (!keeps(request.headers['if-none-match'], tag)) return true;
  void reply.status(304);
  return false;
}

/** Proxies that compress make a tag weak; what it names is the same. */
const keeps = (kept: string | undefined, tag: string): boolean =>
  kept?.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === tag) ?? false;
