import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusalOf } from '../../common/http/failure.js';
import {
  MethodNotAllowed,
  PayloadTooLarge,
  Unauthenticated,
  UnsupportedMediaType,
} from '../../common/http/http.errors.js';
import { ProblemFilter } from '../../common/http/problem.filter.js';
import { PageRedirect } from '../../platform/pages/page-answers.js';
import { PageSender } from './page-sender.js';
import { type PageRequest, visitPartsOf } from './page.guard.js';
import { PageVisits } from './page-visits.service.js';

/** Shows a refusal as a page. Whoever must sign in first is led there, and back afterwards. */
@Catch()
@Injectable()
export class PageFilter implements ExceptionFilter {
  private readonly problems = new ProblemFilter();

  constructor(private readonly sender: PageSender) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<PageRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refusal = refusalOf(thrown);
    const { visit } = request as Partial<PageRequest>;
    if (!visit || reply.sent) return this.problems.catch(thrown, host);
    this.problems.log(refusal, request.id);
    if (refusal instanceof Unauthenticated) return void reply.send(this.sender.send(toSignIn(request), visit, reply));
    void reply.send(this.sender.refuse(refusal, visit, reply));
  }
}

/** Back to a page that can be shown; a form that was sent is gone. */
function toSignIn({ method, url }: PageRequest): PageRedirect {
  return new PageRedirect(
    method === 'GET' && url !== '/' ? `/?next=${encodeURIComponent(url)}` : '/',
    'told.signInFirst',
  );
}

/**
 * What is refused before a route has it: an address that nothing answers, another method, a body that is too long or of another type. A
 * browser that wants a page is told by one.
 */
@Catch(HttpException, MethodNotAllowed, PayloadTooLarge, UnsupportedMediaType)
@Injectable()
export class UnroutedPageFilter implements ExceptionFilter {
  private readonly problems = new ProblemFilter();

  constructor(
    private readonly visits: PageVisits,
    private readonly sender: PageSender,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (!wantsPage(request)) return this.problems.catch(thrown, host);
    const refusal = refusalOf(thrown);
    this.problems.log(refusal, request.id);
    const visit = this.visits.begin(visitPartsOf(request, reply));
    if (refusal instanceof MethodNotAllowed && request.method === 'GET') {
      return void reply.send(this.sender.send(new PageRedirect(pageAbove(request.url)), visit, reply));
    }
    void reply.send(this.sender.refuse(refusal, visit, reply));
  }
}

/** Programs that take anything get a problem, and so do all below `/api`. */
const wantsPage = ({ url, headers }: FastifyRequest): boolean =>
  !url.startsWith('/api/') && headers.accept?.includes('text/html') === true;

/** A refused form is shown at the address it was sent to, `/profile/fields`; who opens that means the page with the form. */
const pageAbove = (url: string): string => url.replace(/[?#].*$/, '').replace(/\/[^/]*$/, '') || '/';
