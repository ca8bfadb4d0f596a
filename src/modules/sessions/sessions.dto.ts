import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { EXAMPLE_IDS } from '../../common/contract/values.js';
import { textField } from '../../common/http/fields.decorators.js';
import type { TokenPair } from './refresh-tokens.service.js';

/** Ours have 90 characters at most. */
const LONGEST = 512;
/** What a body has room for. */
const LONGEST_SENT = 65_536;
const exampleOf = (counter: number, seal: string): string => `${EXAMPLE_IDS.session}.${counter}.${seal}`;

/** The refresh token that a sign-in begins with, for the contract. */
export const FIRST_REFRESH_TOKEN = {
  maxLength: LONGEST,
  example: exampleOf(0, '2BFhXCpy5H3hPMo4dysAe2fI9LbguwDGOw2qjWNF6Jw'),
} as const;

@ApiSchema({ description: 'The refresh token of the sign-in that is meant.' })
export class RefreshTokenDto {
  @IsRefreshToken()
  refreshToken!: string;
}

@ApiSchema({ description: 'The next tokens of a sign-in: they take the place of those before.' })
export class RefreshedTokensDto implements TokenPair {
  /** How the access token is sent: `Authorization: Bearer …`. */
  @ApiProperty({ enum: ['Bearer'], example: 'Bearer' })
  tokenType!: 'Bearer';

  /**
   * A JWT, signed with ES256, for the header `Authorization: Bearer …`. Other services check it with the keys of
   * `/.well-known/jwks.json`; its `sub` is the id of the person.
   */
  @ApiProperty({
    pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$',
    example: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTkyMGM5ZSJ9.c2lnbmF0dXJl',
  })
  accessToken!: string;

  /** Seconds the access token lasts. */
  @ApiProperty({ type: 'integer', minimum: 1, example: 900 })
  expiresIn!: number;

  /**
   * For the next `POST /api/v1/auth/token/refresh`, or for `POST /api/v1/auth/logout`, and for no other use. Opaque; another one after every
   * refresh.
   */
  @ApiProperty({ maxLength: LONGEST, example: exampleOf(1, 'q0uYw7Zr1bT9cGAkV5x2mJ2BFhXCpy5H3hPMo4dysAe') })
  refreshToken!: string;

  /** Seconds the refresh token lasts when it is not used: 30 days, fewer near the end of the 90 days that a sign-in lasts at most. */
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 2_592_000, example: 2_592_000 })
  refreshExpiresIn!: number;
}

/** Any text passes: what is no token of ours has an answer of its own, and signing out has the same one for all. */
function IsRefreshToken(): PropertyDecorator {
  return textField({
    rule: 'refreshToken',
    message: 'Send the refreshToken that was answered last.',
    asTyped: true,
    accepts: () => true,
    schema: {
      ...FIRST_REFRESH_TOKEN,
      description: 'The newest `refreshToken` that was answered.',
      maxLength: LONGEST_SENT,
    },
  });
}
