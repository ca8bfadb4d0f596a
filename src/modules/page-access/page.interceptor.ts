import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { catchError, from, map, mergeMap, type Observable } from 'rxjs';
import { FRESH_KEY } from '../../common/http/access.decorators.js';
import { DomainError } from '../../common/domain-error.js';
import type { PageAnswer } from '../../platform/pages/page-answers.js';
import { FreshSignIns } from '../access/fresh-sign-ins.service.js';
import { PageSender } from './page-sender.js';
import type { PageRequest } from './page.guard.js';

/** Key of what the interceptor reads from a route. */
export const SHOWN_AGAIN_KEY = 'pages:shown-again';

type Show = (visit: PageRequest['visit']) => PageAnswer | Promise<PageAnswer>;

/** Sends what a route of pages answers; where a form is refused, its page with what was typed and why. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly modules: ModuleRef,
    private readonly freshSignIns: FreshSignIns,
    private readonly sender: PageSender,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<PageAnswer>): Observable<unknown> {
    const request = context.switchToHttp().getRequest<PageRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return from(this.ensureFresh(context, request)).pipe(
      mergeMap(() => next.handle()),
      catchError((error: unknown) => from(this.again(error, context, request))),
      map((answer) => this.sender.send(answer, request.visit, reply)),
    );
  }

  private async ensureFresh(context: ExecutionContext, { visit, body }: PageRequest): Promise<void> {
    const { principal, asker } = visit;
    if (!principal || !this.reflector.get<boolean | undefined>(FRESH_KEY, context.getHandler())) return;
    const { currentPassword } = (body ?? {}) as { currentPassword?: unknown };
    await this.freshSignIns.ensure({ principal, currentPassword, network: asker.network });
  }

  private async again(error: unknown, context: ExecutionContext, { visit }: PageRequest): Promise<PageAnswer> {
    const name = this.reflector.get<string | undefined>(SHOWN_AGAIN_KEY, context.getHandler());
    if (!(error instanceof DomainError) || name === undefined) throw error;
    visit.refusal = error;
    const controller: Record<string, Show> = this.modules.get(context.getClass(), { strict: false });
    return controller[name]?.(visit) ?? Promise.reject(error);
  }
}
