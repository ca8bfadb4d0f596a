import {
  applyDecorators,
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Get,
  Injectable,
  type NestInterceptor,
  Redirect,
  UseInterceptors,
} from '@nestjs/common';
import { ApiParam, ApiQuery } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, tap } from 'rxjs';
import { askerOf } from '../../common/http/asker.js';
import { RequestInvalid } from '../../common/http/http.errors.js';
import { NeverAnswers } from '../../common/http/problem.js';
import { HttpConfig } from '../../config/config.js';
import { INVITE_CODE_PARAMETER } from './invites.dto.js';
import type { Destination, OpenedLink, SharedInvite } from './share-links.service.js';

/** Where browsers say that nobody has asked for the page yet. */
const PURPOSES = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'];
const REMEMBERED_SECONDS = 30 * 24 * 3_600;

type ShareLinkRequest = FastifyRequest<{ Params: { code: string }; Querystring: { via?: unknown } }>;

/** Hands the {@link OpenedLink} to a controller's method. Whatever the address says is taken: people follow what they were sent. */
export const FromShareLink = createParamDecorator((_: unknown, context: ExecutionContext): OpenedLink => {
  const request = context.switchToHttp().getRequest<ShareLinkRequest>();
  return {
    text: request.params.code,
    via: request.query.via === 'qr' ? 'qr' : 'link',
    visitor: isNavigation(request) ? askerOf(request) : undefined,
  };
});

/** Whether a browser shows the answer as a page of its own (Fetch Metadata §2), and now, not in case somebody comes to want it. */
function isNavigation({ method, headers }: FastifyRequest): boolean {
  const purposes = PURPOSES.map((name) => String(headers[name])).join(' ');
  return (
    method === 'GET' &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document' &&
    !/\b(prefetch|preview)\b/i.test(purposes)
  );
}

/** Has the browser remember an invite, for the pages of this host and nobody else. */
@Injectable()
class InviteCookie implements NestInterceptor {
  private readonly secure: boolean;

  constructor({ publicUrl }: HttpConfig) {
    this.secure = publicUrl.startsWith('https:');
  }

  intercept(context: ExecutionContext, next: CallHandler<Destination>): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      tap(({ remembered }) => {
        if (remembered) void reply.header('set-cookie', this.cookie(remembered));
      }),
    );
  }

  /** `__Host-` keeps other hosts of the domain from setting it (RFC 6265bis §4.1.3.2); browsers take it by https only. */
  private cookie({ inviteCode, via }: SharedInvite): string {
    const name = this.secure ? '__Host-invite' : 'invite';
    const attributes = `Path=/; Max-Age=${REMEMBERED_SECONDS}; HttpOnly; SameSite=Lax`;
    return `${name}=${inviteCode}.${via}; ${attributes}${this.secure ? '; Secure' : ''}`;
  }
}

/** The answer to an opened link, as documents see it. */
export const TO_SIGN_IN = {
  description: 'To sign-in. Its address holds `invite` and `via`, unless what was opened can be no code.',
  headers: {
    Location: {
      description: 'The sign-in, with the code and the way it came.',
      required: true,
      schema: { type: 'string', format: 'uri' },
      example: 'https://id.example.com/?invite=4KTR9M&via=link',
    },
    'Set-Cookie': {
      description:
        '`__Host-invite=<code>.<link or qr>` for 30 days, without https `invite=…`; only to a browser that shows a page.',
      schema: { type: 'string' },
      example: '__Host-invite=4KTR9M.link; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure',
    },
  },
} as const;

/** A route of share links: what its method answers is where the browser goes next, and what it remembers. */
export const OpensShareLink = (): MethodDecorator =>
  applyDecorators(
    Get(':code'),
    Redirect('', 303),
    UseInterceptors(InviteCookie),
    NeverAnswers(RequestInvalid),
    ApiParam(INVITE_CODE_PARAMETER),
    ApiQuery({
      name: 'via',
      required: false,
      description: '`qr` in QR codes; anything else, and nothing, is a link.',
      schema: { type: 'string', example: 'qr' },
    }),
  );
