import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { RequestInvalid } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { IDEMPOTENCY_ERRORS, Idempotent } from '../../platform/idempotency/idempotent.decorator.js';
import { EmailNotOffered, RegionNotAllowed } from '../addresses/addresses.errors.js';
import { ChallengeDto } from '../auth/auth.dto.js';
import { Blocked } from '../auth/auth.errors.js';
import { AuthService } from '../auth/auth.service.js';
import * as OtpGuard from '../otp-guard/otp-guard.errors.js';
import * as Otp from '../otp/otp.errors.js';
import { HashingBusy } from '../passwords/passwords.errors.js';
import { SmsUnavailable } from '../sending/sending.errors.js';
import { ForgotPasswordDto, ResetPasswordDto } from './credentials.dto.js';
import { PasswordReset } from './password-reset.service.js';

@ApiTags('Auth')
@Public()
@Controller('auth/password')
export class ForgottenPasswordController {
  constructor(
    private readonly auth: AuthService,
    private readonly passwordReset: PasswordReset,
  ) {}

  /**
   * Send a code that sets a new password.
   * @remarks
   * A message goes out and the answer is the same whether or not anybody has the contact. Nothing changes yet: send the code and the new
   * password to `POST /api/v1/auth/password/reset`. The code does not sign in, and a code for signing in does not reset. What bounds
   * messages, and what its problems mean, is the same as in `POST /api/v1/auth/otp/request`.
   */
  @Post('forgot')
  @HttpCode(202)
  @Idempotent({ keptSeconds: 600 })
  @ApiErrors(
    ...IDEMPOTENCY_ERRORS,
    RequestInvalid,
    RegionNotAllowed,
    EmailNotOffered,
    OtpGuard.ResendTooSoon,
    OtpGuard.TooManyMessages,
    SmsUnavailable,
  )
  requestPasswordReset(@Body() body: ForgotPasswordDto, @FromAsker() asker: Asker): Promise<ChallengeDto> {
    return this.auth.requestCode(body, asker, 'password_reset');
  }

  /**
   * Set a new password by a code.
   * @remarks
   * Takes the challenges of `POST /api/v1/auth/password/forgot`. It ends every session and every outstanding code of the person and tells
   * them by message, but signs nobody in: go on with `POST /api/v1/auth/login`. Whoever proves a contact that nobody has is registered.
   *
   * A password that is too common, or made of what is known of the person, is `request.invalid` in the field `newPassword`; the code
   * stays good, so let the person choose another. `otp.code_wrong` and `otp.challenge_over` mean what they mean in
   * `POST /api/v1/auth/otp/verify`.
   */
  @Post('reset')
  @HttpCode(204)
  @ApiErrors(RequestInvalid, Otp.CodeWrong, Otp.ChallengeOver, Otp.TooManyWrongCodes, Blocked, HashingBusy)
  resetPassword(@Body() body: ResetPasswordDto, @FromAsker() asker: Asker): Promise<void> {
    return this.passwordReset.reset(body, asker);
  }
}
