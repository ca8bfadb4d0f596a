import {
  applyDecorators,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  SetMetadata,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '../../common/http/access.decorators.js';
import { PageFilter } from './page.filter.js';
import { OPEN_KEY, PageGuard } from './page.guard.js';
import { PageInterceptor, SHOWN_AGAIN_KEY } from './page.interceptor.js';
import type { Visit } from './page-visits.service.js';

/**
 * A controller of pages. Its routes answer a `PageAnswer`, are closed to whoever has not signed in by a page unless they are
 * {@link Open}, and take a form only with the token of a page of ours. A Bearer token is nothing to them.
 */
export const PageController = (path = ''): ClassDecorator =>
  applyDecorators(
    Controller(path),
    // The guard of access tokens leaves them to the guard of pages.
    Public(),
    UseGuards(PageGuard),
    UseInterceptors(PageInterceptor),
    UseFilters(PageFilter),
    ApiExcludeController(),
  );

/** Opens a page to everybody. */
export const Open = (): MethodDecorator & ClassDecorator => SetMetadata(OPEN_KEY, true);

/** Shows the page that the controller's own method `show` answers again when what the form asks for is refused. */
export const ShownAgainBy = (show: string): MethodDecorator => SetMetadata(SHOWN_AGAIN_KEY, show);

/** Hands the {@link Visit} to a controller's method. */
export const FromVisit = createParamDecorator(
  (_: unknown, context: ExecutionContext): Visit =>
    context.switchToHttp().getRequest<FastifyRequest & { visit: Visit }>().visit,
);
