import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { refusalOf } from '../../common/http/failure.js';
import { Unauthenticated } from '../../common/http/http.errors.js';
import { ProblemFilter } from '../../common/http/problem.filter.js';
import { PageRedirect } from '../../platform/pages/page-answers.js';
import { PageSender } from './page-sender.js';
import type { PageRequest } from './page.guard.js';

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
