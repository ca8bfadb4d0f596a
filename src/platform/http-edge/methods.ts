import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MethodNotAllowed, RequestNotFound } from '../../common/http/http.errors.js';

/**
 * Tells an address that exists under other methods (405 with `Allow`) from one that does not exist (404). What is sent to one that does
 * not exist is not read: it is nothing that could be right or wrong.
 */
export function refuseWrongMethods(instance: FastifyInstance): void {
  const routes = new RouteMethods();
  instance.addHook('onRoute', ({ url, method }) => routes.add(url, [method].flat()));
  instance.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    if (!isNowhere(request)) return done();
    const allowed = routes.methodsAt(request.url);
    if (allowed.length === 0) return done(bringsBody(request) ? new RequestNotFound() : undefined);
    reply.header('allow', allowed.join(', '));
    done(new MethodNotAllowed());
  });
}

/** The router takes an empty part of a path for a parameter; Nest takes none, but only once the body is read. */
const isNowhere = ({ is404, params }: FastifyRequest): boolean =>
  is404 || Object.entries(params as object).some(([name, value]) => name !== '*' && value === '');

const bringsBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** The methods of every route, to be looked up by the path of a request; asked for unknown addresses only. */
export class RouteMethods {
  private readonly routes = new Map<string, { readonly segments: string[]; readonly methods: Set<string> }>();

  add(pattern: string, methods: readonly string[]): void {
    const route = this.routes.get(pattern) ?? { segments: pattern.split('/'), methods: new Set<string>() };
    for (const method of methods) route.methods.add(method);
    this.routes.set(pattern, route);
  }

  methodsAt(url: string): string[] {
    const [path = ''] = url.split('?');
    const segments = path.split('/');
    const found = [...this.routes.values()].filter((route) => matches(route.segments, segments));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort();
  }
}

/** A wildcard route serves whatever lies below it by GET and HEAD; it does not make a path exist under other methods. */
function matches(pattern: readonly string[], path: readonly string[]): boolean {
  if (pattern.length !== path.length || pattern.includes('*')) return false;
  return pattern.every((part, index) => (part.startsWith(':') ? path[index] !== '' : part === path[index]));
}
