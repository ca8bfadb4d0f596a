import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { RequestInvalid } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { RefreshTokens } from './refresh-tokens.service.js';
import { RefreshedTokensDto, RefreshTokenDto } from './sessions.dto.js';
import { RefreshTokenInvalid, RefreshTokenReused } from './sessions.errors.js';

@ApiTags('Auth')
@Public()
@Controller('auth')
export class RefreshingController {
  constructor(private readonly refreshTokens: RefreshTokens) {}

  /**
   * Exchange a refresh token for new tokens. The one before is answered for 30 seconds more, with the same new one, so that a
   * lost answer costs nothing; after that its use ends the sign-in.
   */
  @Post('token/refresh')
  @HttpCode(200)
  @ApiErrors(RequestInvalid, RefreshTokenInvalid, RefreshTokenReused)
  refreshSession(@Body() body: RefreshTokenDto, @FromAsker() asker: Asker): Promise<RefreshedTokensDto> {
    return this.refreshTokens.rotate(body.refreshToken, asker);
  }

  /** Sign out. Whatever token is sent, the answer is the same; if it is one of a sign-in, that is over at once. */
  @Post('logout')
  @HttpCode(204)
  @ApiErrors(RequestInvalid)
  logOut(@Body() body: RefreshTokenDto): Promise<void> {
    return this.refreshTokens.signOut(body.refreshToken);
  }
}
