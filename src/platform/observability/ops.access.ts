import { applyDecorators, type CanActivate, type ExecutionContext, Injectable, UseGuards } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { sameText } from '../../common/crypto.js';
import { Unauthenticated } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { HttpConfig } from '../../config/config.js';

/** Whether a request comes from operations: it bears `OPS_TOKEN`, or none is set. As a guard it refuses the others. */
@Injectable()
export class OpsAccess implements CanActivate {
  constructor(private readonly config: HttpConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!this.allows(headers.authorization)) throw new Unauthenticated();
    return true;
  }

  allows(authorization: string | undefined): boolean {
    const { opsToken } = this.config;
    if (!opsToken) return true;
    const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    return given !== undefined && sameText(given, opsToken);
  }
}

/** Refuses whoever is not {@link OpsAccess operations}. */
export const ForOps = (): MethodDecorator =>
  applyDecorators(UseGuards(OpsAccess), ApiSecurity('opsToken'), ApiErrors(Unauthenticated));
