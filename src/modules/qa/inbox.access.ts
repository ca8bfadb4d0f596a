import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Unauthenticated } from '../../common/http/http.errors.js';
import { InboxKey } from './inbox-key.service.js';

/** Lets testers through: whoever bears `QA_INBOX_TOKEN`, or everybody where none is set, which is never in production. */
@Injectable()
export class InboxAccess implements CanActivate {
  constructor(private readonly key: InboxKey) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (!this.key.opens(given)) throw new Unauthenticated();
    return true;
  }
}
