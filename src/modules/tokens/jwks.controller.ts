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

  /** The public keys that check access tokens (RFC 7517). */
  @Public()
  @Get('jwks.json')
  @Cached('public, max-age=300')
  readJwks(): JwksDto {
    return { keys: this.keys.published() };
  }
}
