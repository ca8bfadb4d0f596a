import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../common/http/access.decorators.js';
import { type Asker, FromAsker } from '../../common/http/asker.js';
import { RequestInvalid } from '../../common/http/http.errors.js';
import { ApiErrors } from '../../common/http/problem.js';
import { IDEMPOTENCY_ERRORS, Idempotent } from '../../platform/idempotency/idempotent.decorator.js';
import { EmailNotOffered, RegionNotAllowed } from '../addresses/addresses.errors.js';
import { ChallengeDto, TokensDto } from '../auth/auth.dto.js';
import { Blocked } from '../auth/auth.errors.js';
import { ResendTooSoon, TooManyMessages } from '../otp-guard/otp-guard.errors.js';
import { CodeRequired, HashingBusy, TooManyPasswordFailures } from '../passwords/passwords.errors.js';
import { SmsUnavailable } from '../sending/sending.errors.js';
import { LoginDto, RegisterDto } from './login.dto.js';
import { InvalidCredentials } from './login.errors.js';
import { LoginService } from './login.service.js';
import { RegistrationService } from './registration.service.js';

@ApiTags('Auth')
@Public()
@Controller('auth')
export class LoginController {
  constructor(
    private readonly registration: RegistrationService,
    private readonly login: LoginService,
  ) {}

  /**
   * Register with a password.
   * @remarks
   * Sends a code to the contact, and registers nobody yet: send the code to `POST /api/v1/auth/otp/verify`, which answers the tokens. The
   * password counts once the code of this very challenge is verified. Where the contact has an owner the answer is the same, the code
   * signs the owner in, and the password that was typed here is discarded.
   *
   * A password that is too common, or made of the contact or of the name of this service, is `request.invalid` in the field `password`.
   * What bounds messages is the same as in `POST /api/v1/auth/otp/request`. On `auth.busy` send the same again after `Retry-After`.
   */
  @Post('register')
  @HttpCode(202)
  @Idempotent({ keptSeconds: 600 })
  @ApiErrors(
    ...IDEMPOTENCY_ERRORS,
    RequestInvalid,
    RegionNotAllowed,
    EmailNotOffered,
    ResendTooSoon,
    TooManyMessages,
    SmsUnavailable,
    HashingBusy,
  )
  register(@Body() body: RegisterDto, @FromAsker() asker: Asker): Promise<ChallengeDto> {
    return this.registration.register(body, asker);
  }

  /**
   * Sign in by a password.
   * @remarks
   * The name may be a phone, an e-mail address or a username. A name that nobody has, a wrong password, a person without a password and
   * one who is not verified yet are all `auth.invalid_credentials`, after the same time; `auth.blocked` is told only after the right one.
   *
   * Usually 10 wrong passwords in an hour for one name, or 30 for all, may come from one network, then it is
   * `auth.too_many_password_failures`: offer a code instead. `auth.code_required` comes after 100 wrong ones in a row, also for the right
   * one: the person signs in by a code, which counts anew. On `auth.busy` try again after `Retry-After`.
   */
  @Post('login')
  @HttpCode(200)
  @ApiErrors(RequestInvalid, InvalidCredentials, Blocked, CodeRequired, TooManyPasswordFailures, HashingBusy)
  logIn(@Body() body: LoginDto, @FromAsker() asker: Asker): Promise<TokensDto> {
    return this.login.logIn(body, asker);
  }
}
