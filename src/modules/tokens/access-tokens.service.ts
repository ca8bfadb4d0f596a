import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { newSecret } from '../../common/crypto.js';
import type { Role } from '../../common/role.js';
import { SessionConfig } from '../../config/config.js';
import { SigningKeys } from './signing-keys.service.js';

export const ACCESS_TOKEN_SECONDS = 900;
/** How long an access token is believed beyond that, for clocks that differ. */
export const SKEW_SECONDS = 60;

/** The claims of an access token that are not of RFC 7519. */
export interface AccessClaims {
  readonly sub: string;
  /** The session. */
  readonly sid: string;
  readonly role: Role;
}

/** Access tokens: JWTs in the profile of RFC 9068, signed with ES256, checked offline through the JWKS. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly keys: SigningKeys,
    private readonly config: SessionConfig,
  ) {}

  /** @param issuedAt the database's time */
  sign({ sub, sid, role }: AccessClaims, issuedAt: Date): string {
    const { kid, privateKey } = this.keys.signer(issuedAt);
    const iat = Math.floor(issuedAt.getTime() / 1_000);
    const claims = { sub, sid, role, jti: newSecret(12), iat, exp: iat + ACCESS_TOKEN_SECONDS };
    return this.jwt.sign(claims, {
      privateKey,
      algorithm: 'ES256',
      keyid: kid,
      header: { alg: 'ES256', typ: 'at+jwt' },
      issuer: this.config.issuer,
      audience: this.config.audience,
    });
  }

  /** The key to check a token with; undefined unless its header says it is an access token of ours (RFC 8725 §3.11). */
  keyFor(token: string): KeyObject | undefined {
    const { typ, alg, kid } = headerOf(token);
    return typ === 'at+jwt' && alg === 'ES256' && typeof kid === 'string' ? this.keys.verifier(kid) : undefined;
  }
}

interface JoseHeader {
  readonly typ?: unknown;
  readonly alg?: unknown;
  readonly kid?: unknown;
}

function headerOf(token: string): JoseHeader {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.', 1)[0] ?? '', 'base64url').toString());
    return typeof header === 'object' && header !== null ? header : {};
  } catch {
    return {};
  }
}
