import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { isUUID } from 'class-validator';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Clock } from '../../common/clock.js';
import { SessionConfig } from '../../config/config.js';
import { type Principal, SessionsService } from '../sessions/sessions.service.js';
import { type AccessClaims, AccessTokens, SKEW_SECONDS } from '../tokens/access-tokens.service.js';

const isId = (claim: unknown): claim is string => typeof claim === 'string' && isUUID(claim);

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

  async validate({ sid, sub, exp }: Partial<Record<keyof AccessClaims | 'exp', unknown>>): Promise<Principal | false> {
    const now = this.clock.now().getTime() / 1_000;
    if (typeof exp !== 'number' || exp + SKEW_SECONDS <= now || !isId(sid) || !isId(sub)) return false;
    return (await this.sessions.authenticate(sid, sub)) ?? false;
  }
}
