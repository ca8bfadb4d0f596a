import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ROLES_KEY } from '../../common/http/access.decorators.js';
import { askerOf } from '../../common/http/asker.js';
import { Forbidden, Unauthenticated } from '../../common/http/http.errors.js';
import type { Role } from '../../common/role.js';
import { HttpConfig } from '../../config/config.js';
import { isUpload } from '../../platform/http-edge/uploads.js';
import { ownPath } from '../../platform/pages/page-answers.js';
import type { Principal } from '../sessions/sessions.service.js';
import { FormNotOurs } from './page-access.errors.js';
import { PageVisits, type Visit, type VisitParts } from './page-visits.service.js';

/** Key of what the guard reads from a route or its controller. */
export const OPEN_KEY = 'pages:open';

/** What guard, interceptor and filter know of a request for a page. */
export interface PageRequest extends FastifyRequest {
  visit: Visit;
  user?: Principal;
}

/** Nothing is changed by these. */
const SAFE = new Set(['GET', 'HEAD']);
/** What is never shown again. */
const SECRET = /password|^code$|token/i;

/** Begins a visit; lets in whoever may see the page, and only forms that a page of ours was sent with. */
@Injectable()
export class PageGuard implements CanActivate {
  private readonly origin: string;

  constructor(
    private readonly reflector: Reflector,
    private readonly visits: PageVisits,
    { publicUrl }: HttpConfig,
  ) {
    this.origin = new URL(publicUrl).origin;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<PageRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const token = takeToken(request);
    // First without asking anybody, so that there is a page to show when the database is away.
    request.visit = this.visits.begin(visitPartsOf(request, reply));
    request.visit = await this.visits.recognise(request.visit);
    request.user = request.visit.principal;
    const isForm = !SAFE.has(request.method);
    if (isForm && !this.isFromHere(request)) throw new FormNotOurs();
    // First: whoever was signed out elsewhere has the token of a session that is over, and is led to sign in.
    this.ensureAllowed(context, request.visit);
    if (isForm) this.ensureOurs(request, token);
    return true;
  }

  /** A form with files is read later, and its token with it. */
  private ensureOurs(request: PageRequest, token: unknown): void {
    if (!isUpload(request) && !this.visits.knows(request.visit, token)) throw new FormNotOurs();
  }

  /** Fetch Metadata §2.4 where the browser sends it; else `Origin`, which all send with forms (RFC 6454 §7). */
  private isFromHere({ headers }: PageRequest): boolean {
    const site = headers['sec-fetch-site'];
    return site === undefined ? headers.origin === this.origin : site === 'same-origin';
  }

  private ensureAllowed(context: ExecutionContext, { principal }: Visit): void {
    const read = <Value>(key: string) =>
      this.reflector.getAllAndOverride<Value | undefined>(key, [context.getHandler(), context.getClass()]);
    if (read<boolean>(OPEN_KEY)) return;
    if (!principal) throw new Unauthenticated();
    const roles = read<Role[]>(ROLES_KEY);
    if (roles && !roles.includes(principal.person.role)) throw new Forbidden();
  }
}

/** The page that is shown, or that a form was sent from: `Referer` is sent within this host, and an address is all it can be. */
function pageOf({ method, url, headers }: FastifyRequest): string {
  if (SAFE.has(method)) return ownPath(url);
  const from = URL.parse(headers.referer ?? '');
  return ownPath(from && from.pathname + from.search);
}

/** Takes the token of the form out of the body: routes do not know of it. */
function takeToken(request: FastifyRequest): unknown {
  const { csrf, ...fields } = (request.body ?? {}) as Record<string, unknown>;
  if (request.body) request.body = fields;
  return csrf;
}

export const visitPartsOf = (request: FastifyRequest, reply: FastifyReply): VisitParts => ({
  cookieHeader: request.headers.cookie,
  path: request.url,
  page: pageOf(request),
  params: (request.params ?? {}) as Record<string, string>,
  typed: Object.fromEntries(Object.entries(request.body ?? {}).filter(([name]) => !SECRET.test(name))),
  asker: askerOf(request),
  send: (setCookie) => void reply.header('set-cookie', setCookie),
});
