import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { Cached } from '../../common/http/answers/cached.decorators.js';
import { JwksDto } from './tokens.dto.js';
import { SigningKeys } from './signing-keys.service.js';

@ApiTags('Auth')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: SigningKeys) {}

  /**
   * Read the public keys that check access tokens.
   * @remarks
   * A JSON Web Key Set (RFC 7517) for services that check access tokens by themselves: ES256, `typ` is `at+jwt`, and `kid` in the header of
   * the token names the key. Keep it for the 5 minutes that `Cache-Control` says, and read it again when a `kid` is not in it; a new key
   * is published 10 minutes before it signs, but where a key had to be revoked its successor signs at once. A service that checks so
   * lets ended sessions and blocked people in until their access token expires, 15 minutes at most.
   */
  @Public()
  @Get('jwks.json')
  @Cached('public, max-age=300')
  readJwks(): JwksDto {
    return { keys: this.keys.published() };
  }
}
