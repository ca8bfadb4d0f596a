import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MethodNotAllowed } from '../../common/http/http.errors.js';

/** Tells an address that exists under other methods (405 with `Allow`) from one that does not exist (404). */
export function refuseWrongMethods(instance: FastifyInstance): void {
  const routes = new RouteMethods();
  instance.addHook('onRoute', ({ url, method }) => routes.add(url, [method].flat()));
  instance.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    const allowed = request.is404 ? routes.methodsAt(request.url) : [];
    if (allowed.length === 0) return done();
    reply.header('allow', allowed.join(', '));
    done(new MethodNotAllowed());
  });
}

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
  return pattern.every((part, index) => part.startsWith(':') || part === path[index]);
}
