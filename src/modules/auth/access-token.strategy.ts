import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Clock } from '../../common/clock.js';
import { SessionConfig } from '../../config/config.js';
import { type AccessClaims, AccessTokens } from '../sessions/access-tokens.service.js';
import { type Principal, SessionsService } from '../sessions/sessions.service.js';

const SKEW_SECONDS = 60;

/** Reads the Bearer token: signature and claims first, then the session and its person, as they are now. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'access-token') {
  constructor(
    private readonly sessions: SessionsService,
    private readonly clock: Clock,
    tokens: AccessTokens,
    config: SessionConfig,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: (_request, token: string, done) => {
        const key = tokens.keyFor(token);
        if (key) done(null, key as unknown as Buffer);
        else done(new Error('no key of ours signs this token'));
      },
      algorithms: ['ES256'],
      issuer: config.issuer,
      audience: config.audience,
      // The library would read the system's clock; validate() reads ours.
      ignoreExpiration: true,
    });
  }

  async validate({ sid, sub, exp }: AccessClaims & { readonly exp?: number }): Promise<Principal | false> {
    if (exp === undefined || exp + SKEW_SECONDS <= this.clock.now().getTime() / 1_000) return false;
    return (await this.sessions.authenticate(sid, sub)) ?? false;
  }
}
