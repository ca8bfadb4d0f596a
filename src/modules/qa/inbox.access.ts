import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { sameText } from '../../common/crypto.js';
import { Unauthenticated } from '../../common/http/http.errors.js';
import { QaConfig } from '../../config/config.js';

/** Lets testers through: whoever bears `QA_INBOX_TOKEN`, or everybody where none is set, which is never in production. */
@Injectable()
export class InboxAccess implements CanActivate {
  constructor(private readonly config: QaConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const { token } = this.config;
    if (token === undefined) return true;
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (given === undefined || !sameText(given, token)) throw new Unauthenticated();
    return true;
  }
}
