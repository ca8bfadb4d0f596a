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
   * Exchange a refresh token for new tokens.
   * @remarks
   * Needs no access token, also none that has expired. Each refresh token is used once: store the new one before you use the new access
   * token, and let one refresh serve all requests that wait. For 30 seconds the token before gets the same successor again, so a lost
   * answer or a second tab costs nothing. Later than that, or older, it counts as stolen: `sessions.refresh_token_reused`, and that
   * sign-in is over.
   *
   * A sign-in ends after 30 days without a refresh, and after 90 days in any case. On either 401 forget both tokens and let the person
   * sign in again. Refreshing does not make a sign-in fresh for what needs one of the last 10 minutes.
   */
  @Post('token/refresh')
  @HttpCode(200)
  @ApiErrors(RequestInvalid, RefreshTokenInvalid, RefreshTokenReused)
  refreshSession(@Body() body: RefreshTokenDto, @FromAsker() asker: Asker): Promise<RefreshedTokensDto> {
    return this.refreshTokens.rotate(body.refreshToken, asker);
  }

  /**
   * Sign out.
   * @remarks
   * Ends the sign-in that the refresh token belongs to, also by one that was used before; on this API its access token is refused from
   * then on. Whatever token is sent, the answer is 204: one that is none, or of a sign-in that is over, ends nothing. Forget both tokens,
   * whatever comes back. Other sign-ins go on: `DELETE /api/v1/users/me/sessions` ends them.
   */
  @Post('logout')
  @HttpCode(204)
  @ApiErrors(RequestInvalid)
  logOut(@Body() body: RefreshTokenDto): Promise<void> {
    return this.refreshTokens.signOut(body.refreshToken);
  }
}
